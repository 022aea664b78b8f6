import {
  asUtf8,
  type CampaignMove,
  type CampaignPage,
  campaignSummary,
  charsetOf,
  createCampaign,
  listCampaigns,
  moveCampaign,
  recipientFormat,
  scheduleCampaign,
} from '../../sending/index.ts'
import type { ApiParts } from './parts.ts'
import { limitOf, type Route, route, routeWithBody } from './route.ts'
import {
  acceptanceAnswer,
  campaignAnswer,
  campaignBody,
  campaignsAnswer,
  createdAnswer,
  movedAnswer,
  scheduleBody,
  scheduledAnswer,
  testBody,
  uploadAnswer,
} from './schemas.ts'

const moves: Readonly<Record<CampaignMove, string>> = {
  start: 'Begin to send a draft.',
  pause: 'Stop sending within seconds; what is in flight ends.',
  resume: 'Go on with a paused campaign.',
  cancel: 'Stop for good; what is queued is cancelled.',
}

const largestCampaign = 4_194_304

/** One content for many recipients. */
export const campaignRoutes = ({ campaigns, recipients, testSend }: ApiParts): readonly Route[] => [
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/campaigns', scope: 'send', body: campaignBody, limitBytes: largestCampaign },
      summary: 'Create a draft. `links` says how many web links may be tracked, and how many stay as written and why.',
      answer: { status: 201, schema: createdAnswer },
    },
    async (input) => ({ status: 201, json: await createCampaign(campaigns, input) }),
  ),
  route(
    {
      ...{ method: 'POST', path: '/v1/campaigns/{id}/recipients', scope: 'send' },
      summary: 'Add recipients from a stream; a fault in one line stops no other.',
      streams: ['text/csv', 'application/x-ndjson'],
      answer: { status: 200, schema: uploadAnswer },
    },
    async (call) => {
      const type = call.header('content-type')
      const source = asUtf8(call.stream(), charsetOf(type))
      return { status: 200, json: await recipients(call.params.id ?? '', recipientFormat(type), source) }
    },
  ),
  // Object.entries forgets the keys' type.
  ...(Object.entries(moves) as [CampaignMove, string][]).map(([move, summary]) =>
    route(
      {
        ...{ method: 'POST', path: `/v1/campaigns/{id}/${move}`, scope: 'send', summary },
        answer: { status: 202, schema: movedAnswer },
      },
      async ({ params: { id = '' } }) => ({
        status: 202,
        json: { id, status: await moveCampaign(campaigns, id, move) },
      }),
    ),
  ),
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/campaigns/{id}/schedule', scope: 'send', body: scheduleBody },
      summary: 'Let a draft begin by itself at an instant; null takes that back.',
      answer: { status: 202, schema: scheduledAnswer },
    },
    async ({ at }, { params: { id = '' } }) => {
      const { startAt } = await scheduleCampaign(campaigns, id, at)
      return { status: 202, json: { id, startAt: startAt === null ? null : new Date(startAt).toISOString() } }
    },
  ),
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/campaigns/{id}/test', scope: 'send', body: testBody },
      summary: 'Send one mail of it to one reader: marked, never recorded, part of no count.',
      answer: { status: 202, schema: acceptanceAnswer },
    },
    async ({ to, data }, { params: { id = '' } }) => ({
      status: 202,
      json: await testSend(id, { ...to, data }),
    }),
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/campaigns', scope: ['send', 'report'] },
      summary: 'All campaigns, newest first, by pages; what came of one is at its own address. `after`, `limit`.',
      answer: { status: 200, schema: campaignsAnswer },
    },
    async (call) => {
      const page = await listCampaigns(campaigns.ledger, call.query('after'), limitOf(call))
      return { status: 200, json: { campaigns: page.campaigns.map(shown), next: page.next } }
    },
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/campaigns/{id}', scope: ['send', 'report'] },
      summary:
        'Status and counts; opens and clicks are null while too few people could hide in them, and in steps of k where the policy only counts.',
      answer: { status: 200, schema: campaignAnswer },
    },
    async ({ params: { id = '' } }) => {
      const { campaign, counts, next } = await campaignSummary(campaigns, id)
      return { status: 200, json: { ...shown(campaign), counts, ...(next === null ? {} : { next }) } }
    },
  ),
]

function shown({ id, name, status, purpose, createdAt, startAt }: CampaignPage['campaigns'][number]) {
  const begins = status === 'draft' && startAt !== null ? { startAt: new Date(startAt).toISOString() } : {}
  return { id, name, status, purpose, createdAt: new Date(createdAt).toISOString(), ...begins }
}
