// A sign for each kind of step.
import { ChatDotRound, Clock, Collection, EditPen, Finished, Grid, Message, Promotion, Search, SwitchButton, UserFilled } from '@element-plus/icons-vue'
import type { Component } from 'vue'

export const ICONS: Record<string, Component> = {
  say: ChatDotRound,
  menu: Grid,
  collect: EditPen,
  hours: Clock,
  lookup: Search,
  language: Collection,
  queue: UserFilled,
  voicemail: Message,
  transfer: Promotion,
  hang_up: SwitchButton,
  unknown: Finished,
}
