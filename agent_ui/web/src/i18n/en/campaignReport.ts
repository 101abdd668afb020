// Words of reports of campaigns.
export const campaignReport = {
  title: 'Reports of campaigns',
  open: 'Report',
  table: 'The report as a table',
  allCampaigns: 'All campaigns',
  empty: 'Nobody was dialed in this time',
  emptyHint: 'Choose other days, or other campaigns.',
  noneBehind: 'These attempts are not there any more',
  nobody: 'No person',
  show: '{figure}: show {count} attempts',
  facts: '{leads} people on these lists: {dialed} dialed, {reached} reached (penetration {penetration}), {each} attempts each. Abandonment {abandonment}, conversion {conversion}.',
  note: 'Days and hours of {zone}. Abandonment is of the people who were connected or abandoned on these days; the limit itself counts by its policy’s window.',
  said: 'What was said',
  lines: { campaign: 'Campaign', campaign_list: 'Campaign and list', campaign_hour: 'Hour', campaign_day: 'Day', campaign_disposition: 'Disposition', campaign_agent: 'Agent and campaign', campaign_caller_id: 'Number shown' },
  figures: {
    attempts: 'Dialed', people: 'People', answer_ratio: 'Answer rate', machines: 'Machines', busy: 'Busy', no_answer: 'No answer', dead: 'Dead numbers', other: 'Other', open: 'Going on',
    abandoned: 'Abandoned', abandon_ratio: 'Abandonment', unserved: 'Asked in vain', talks: 'Talks', talk_s: 'Talk', talk_total_s: 'Talk, total', disposed: 'Dispositions', converted: 'Conversions', conversion_ratio: 'Conversion',
    leads: 'On lists', leads_dialed: 'People dialed', leads_reached: 'People reached', penetration_ratio: 'Penetration', attempts_per_lead: 'Attempts each',
  },
  meanings: {
    attempts: 'Numbers that were dialed; without those that were called off before', people: 'Attempts that a person answered', answer_ratio: 'People, of the numbers dialed',
    machines: 'Answering machines, voicemail, call screening and fax', busy: 'Engaged', no_answer: 'It rang, and nobody answered', dead: 'Numbers that do not exist, or not any more',
    other: 'Rejected, switched off, out of service, faults of the network, silence', open: 'Nothing is known of them yet', abandoned: 'People whom no agent was there for in time',
    abandon_ratio: 'Abandoned, of the people who were connected or abandoned, as the law counts', unserved: 'People who asked for an agent in a campaign without agents and got none: they hung up waiting, or nobody was there. The law’s limit does not count them', talks: 'Attempts that an agent was connected with', talk_s: 'Mean length of a talk',
    talk_total_s: 'All talks together', disposed: 'Attempts of which the agent chose a disposition', converted: 'Attempts whose disposition means success', conversion_ratio: 'Conversions, of the people who answered', leads: 'People on these lists, whenever they came',
    leads_dialed: 'Different people who were dialed', leads_reached: 'Different people whom an agent talked with, or to whom a campaign without agents spoke', penetration_ratio: 'People reached, of those on the lists', attempts_per_lead: 'Numbers dialed for each person who was dialed',
  },
}
