import type { Id } from '../base/index.ts'
import type { CampaignView, Ledger } from '../ledger/index.ts'
import { compileTemplate, type Template } from './compose/index.ts'

/** A campaign's content, compiled once and kept at hand while it is being sent. */
export interface TemplateShelf {
  templateOf(campaign: CampaignView): Template
  /** The campaign with its template, or null when it is gone. */
  campaign(id: Id): Promise<Shelved | null>
}

export interface Shelved {
  readonly campaign: CampaignView
  readonly template: Template
}

/**
 * Holds at most `room` campaigns, the least recently used goes first. Their content is the plain text of mail, so the
 * shelf lives in memory only and stays small.
 */
export function newTemplateShelf(ledger: Pick<Ledger, 'campaign'>, room = 16): TemplateShelf {
  const held = new Map<Id, Promise<Shelved | null>>()
  const compiled = new Map<Id, Template>()

  function templateOf(campaign: CampaignView): Template {
    const template = compiled.get(campaign.id) ?? compileTemplate(campaign.content)
    compiled.delete(campaign.id)
    compiled.set(campaign.id, template)
    trim(compiled)
    return template
  }

  const load = async (id: Id): Promise<Shelved | null> => {
    const campaign = await ledger.campaign(id)
    return campaign && { campaign, template: templateOf(campaign) }
  }

  const trim = (map: Map<Id, unknown>): void => {
    for (const id of map.keys()) if (map.size > room) map.delete(id)
  }

  return {
    templateOf,
    campaign: (id) => {
      const found = held.get(id) ?? load(id)
      held.delete(id)
      held.set(id, found)
      trim(held)
      // A look-up that failed, or found nothing, must not be remembered.
      found.then(
        (value) => value ?? held.delete(id),
        () => held.delete(id),
      )
      return found
    },
  }
}
