import type { ChannelKind } from '../domain/channel-kind.ts';
import type { Channel } from './channel.ts';
import * as discordAnswer from './discord/answer.ts';
import * as discordMessage from './discord/message.ts';
import * as discordTarget from './discord/target.ts';
import * as httpAnswer from './http/answer.ts';
import * as httpMessage from './http/message.ts';
import * as httpTarget from './http/target.ts';
import * as pagerdutyAnswer from './pagerduty/answer.ts';
import * as pagerdutyMessage from './pagerduty/message.ts';
import * as pagerdutyTarget from './pagerduty/target.ts';
import * as slackAnswer from './slack/answer.ts';
import * as slackMessage from './slack/message.ts';
import * as slackTarget from './slack/target.ts';
import * as teamsAnswer from './teams/answer.ts';
import * as teamsMessage from './teams/message.ts';
import * as teamsTarget from './teams/target.ts';

/** Every kind of receiver, made of the three files of its folder. */
export const channels: Record<ChannelKind, Channel> = {
  http: channel('http', httpMessage, httpAnswer, httpTarget),
  slack: channel('slack', slackMessage, slackAnswer, slackTarget),
  pagerduty: channel('pagerduty', pagerdutyMessage, pagerdutyAnswer, pagerdutyTarget),
  discord: channel('discord', discordMessage, discordAnswer, discordTarget),
  teams: channel('teams', teamsMessage, teamsAnswer, teamsTarget),
};

function channel(
  kind: ChannelKind,
  { renderMessage }: Pick<Channel, 'renderMessage'>,
  { readAnswer }: Pick<Channel, 'readAnswer'>,
  { target }: Pick<Channel, 'target'>,
): Channel {
  return { kind, renderMessage, readAnswer, target };
}
