import { Fault } from '../../base/index.ts'
import { type CampaignReport, campaignReport } from '../../sending/index.ts'
import { reportCsv } from '../reports/csv.ts'
import { newReportLinks } from '../reports/link.ts'
import { overPage, reportHeaders, reportPage } from '../reports/page.ts'
import type { ApiParts } from './parts.ts'
import { type Answer, type Call, type Route, route } from './route.ts'
import { reportAnswer, reportLinkAnswer } from './schemas.ts'

type Form = (report: CampaignReport) => Promise<Answer>

const page: Form = async (report) => ({
  status: 200,
  text: { type: 'text/html; charset=utf-8', content: await reportPage(report) },
  headers: reportHeaders(),
})

const forms: Readonly<Record<'json' | 'csv' | 'html', Form>> = {
  json: async (report) => ({ status: 200, json: report }),
  csv: async (report) => ({
    status: 200,
    text: { type: 'text/csv; charset=utf-8; header=present', content: reportCsv(report) },
    headers: { 'content-disposition': `attachment; filename="report-${report.id}.csv"` },
  }),
  html: page,
}

/** What was asked for by `?format=`, or else by Accept; JSON where neither says. */
function formOf(call: Call): Form {
  const format = call.query('format')
  if (format === null) {
    const accept = call.header('accept') ?? ''
    return accept.includes('text/csv') ? forms.csv : accept.includes('text/html') ? forms.html : forms.json
  }
  if (format === 'json' || format === 'csv' || format === 'html') return forms[format]
  throw new Fault('format_unknown', 'A report has no such format.', 'Use `format=json`, `format=csv` or `format=html`.')
}

/** What may be published of a campaign: for programs, for spreadsheets and for people. */
export function reportRoutes({ campaigns, clock }: ApiParts): readonly Route[] {
  const links = newReportLinks(clock)
  return [
    route(
      {
        ...{ method: 'GET', path: '/v1/campaigns/{id}/report', scope: 'report' },
        summary:
          'People and hits by kind, link, day and trait, from k people up and in steps of k; machines apart. As CSV or as a page with Accept or `?format=csv|html`.',
        answer: { status: 200, schema: reportAnswer },
      },
      async (call) => formOf(call)(await campaignReport(campaigns, call.params.id ?? '')),
    ),
    route(
      {
        ...{ method: 'POST', path: '/v1/campaigns/{id}/report/link', scope: 'report' },
        summary: 'A path on this API that shows the page to whoever has it, without a key, for fifteen minutes.',
        answer: { status: 201, schema: reportLinkAnswer },
      },
      async ({ params: { id = '' } }) => {
        const report = await campaignReport(campaigns, id)
        const { token, until } = links.make(report.id)
        return { status: 201, json: { path: `/reports/${token}`, until: new Date(until).toISOString() } }
      },
    ),
    route(
      {
        ...{ method: 'GET', path: '/reports/{token}', scope: null },
        summary: 'The page of a report, behind a link that was made for it.',
        answer: { status: 200, schema: null },
      },
      async ({ params: { token = '' } }) => {
        const id = links.open(token)
        if (id !== null) return page(await campaignReport(campaigns, id))
        const text = { type: 'text/html; charset=utf-8', content: await overPage() }
        // The link is this route's key.
        return { status: 401, text, headers: { ...reportHeaders(), 'www-authenticate': 'Bearer' } }
      },
    ),
  ]
}
