import { z } from 'zod'
import { convertMjml } from '../../sending/index.ts'
import type { ApiParts } from './parts.ts'
import { type Route, route, routeWithBody } from './route.ts'
import { dataBody } from './schemas.ts'

const part = z.string().max(1_000_000)
const templateBody = z.strictObject({
  subject: z.string().max(2000).optional(),
  html: part.optional(),
  text: part.optional(),
  mjml: part.optional().meta({ description: 'In the place of `html`: converted once, where MJML is installed' }),
})
const previewBody = z.strictObject({
  data: dataBody.optional(),
  to: z.strictObject({ email: z.string().max(400), name: z.string().max(500).optional() }).optional(),
})
const previewAnswer = z.object({ subject: z.string(), html: z.string().nullable(), text: z.string().nullable() })

const fields = z.array(z.string())
const version = z.object({ digest: z.string(), storedAt: z.string(), inUse: z.boolean() })
const putAnswer = z.object({ name: z.string(), digest: z.string(), fields })
const shownAnswer = putAnswer.extend({
  ...{ subject: z.string().nullable(), html: z.string().nullable(), text: z.string().nullable() },
  versions: z.array(version),
})
const listAnswer = z.object({ templates: z.array(version.extend({ name: z.string() })) })

const largestTemplate = 4_194_304
const dated = <T extends { readonly storedAt: number }>(each: T) => ({
  ...each,
  storedAt: new Date(each.storedAt).toISOString(),
})

/** Texts of mails under a name: put once, filled by each message that names them. */
export const templateRoutes = ({ mailTemplates }: ApiParts): readonly Route[] => [
  routeWithBody(
    {
      ...{ method: 'PUT', path: '/v1/templates/{name}', scope: 'send', body: templateBody },
      summary: 'Keep a template and use it from now on; the version before stays 30 days under its digest.',
      limitBytes: largestTemplate,
      answer: { status: 200, schema: putAnswer },
    },
    async ({ subject = null, html = null, text = null, mjml }, { params: { name = '' } }) => {
      const converted = mjml === undefined ? html : await convertMjml(mjml)
      return { status: 200, json: await mailTemplates.put(name, { subject, html: converted, text }) }
    },
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/templates', scope: 'send' },
      summary: 'Every template and its versions, the one in use first.',
      answer: { status: 200, schema: listAnswer },
    },
    async () => ({ status: 200, json: { templates: (await mailTemplates.list()).map(dated) } }),
  ),
  route(
    {
      ...{ method: 'GET', path: '/v1/templates/{name}', scope: 'send' },
      summary: 'The version in use as it was put, the fields that its data may name, and all versions.',
      answer: { status: 200, schema: shownAnswer },
    },
    async ({ params: { name = '' } }) => {
      const { versions, ...shown } = await mailTemplates.show(name)
      return { status: 200, json: { ...shown, versions: versions.map(dated) } }
    },
  ),
  route(
    {
      ...{ method: 'DELETE', path: '/v1/templates/{name}', scope: 'send' },
      summary: 'Remove a template with all its versions; mails that are queued keep what they were filled with.',
      answer: { status: 204, schema: null },
    },
    async ({ params: { name = '' } }) => {
      await mailTemplates.drop(name)
      return { status: 204 }
    },
  ),
  routeWithBody(
    {
      ...{ method: 'POST', path: '/v1/templates/{name}/preview', scope: 'send', body: previewBody },
      summary: 'What a reader would see; nothing is kept or sent.',
      answer: { status: 200, schema: previewAnswer },
    },
    async ({ data = {}, to }, { params: { name = '' } }) => ({
      status: 200,
      json: await mailTemplates.preview(name, data, to ?? { email: 'reader@example.org' }),
    }),
  ),
]
