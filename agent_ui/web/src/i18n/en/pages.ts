// Words of the customer, call, voicemail and administration pages.
export default {}
