// Words about whether agents see supervisors.
export const sight = {
  intro: 'Whether agents are shown who listens to their call, whispers or has barged in: a mark with the supervisor’s name on the call, and the same in its log. Supervisors and administrators always see it, and every act is in the audit log. Changes hold at once, also on pages that are open.',
  label: 'Agents see who attends their call',
  on: 'Agents see it, from the moment when a supervisor begins.',
  off: 'Agents see nothing of it, as long as nobody barges in and speaks.',
  fromFile: 'Not set here yet: it is as [telephone] agents_see_supervisors in callroom.toml says.',
}
