import { createReadStream, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { type Log, newLog } from '../base/index.ts'
import { type Finding, type Ledger, openLedger } from '../ledger/index.ts'
import type { Policy } from '../policy/index.ts'
import { openQueue, type Queue } from '../queue/index.ts'
import {
  type CampaignReport,
  campaignReport,
  newSuppressions,
  newWhy,
  type SuppressionVerbs,
  type Why,
} from '../sending/index.ts'
import {
  type ApiKeys,
  type AuditVerdict,
  newApiKeys,
  newRestoreCheck,
  newRights,
  newSigner,
  type PurgeReport,
  purge,
  type RestoreCheck,
  type Rights,
  runAudit,
  type SignedAudit,
  type Signer,
  signAudit,
  verifyAudit,
  withFindings,
} from '../upkeep/index.ts'
import { fillBook, newBook, type OpenBook } from './book.ts'
import { type Checked, checkConfig } from './check.ts'
import type { Config } from './config.ts'
import { countFindings, houseFacts, type Serving } from './house-facts.ts'
import { lockFolder } from './lock.ts'
import { logFile } from './log-file.ts'
import { epochMillis, newOperatorKeys, type OperatorKeys } from './operator-keys.ts'
import { newReleases, type Releases } from './releases.ts'
import { openTelemetry } from './telemetry.ts'

/** What an operator may ask of the stores, beside a running Lethe or without one. */
export interface Overseer {
  purge(dryRun: boolean): Promise<PurgeReport>
  /** With what else was found: the steps of a canary. */
  audit(more?: readonly Finding[]): Promise<SignedAudit>
  /** Whether this deployment signed the document, and no byte of it was changed since. */
  verifyAudit(document: unknown): AuditVerdict
  why(message: string): Promise<Why>
  report(campaign: string): Promise<CampaignReport>
  readonly rights: Rights
  readonly restore: RestoreCheck
  readonly suppressions: SuppressionVerbs
  readonly keys: ApiKeys
  readonly operatorKeys: OperatorKeys
}

/** The opened stores and what every role needs of them. */
export interface House extends Checked {
  readonly config: Config
  readonly log: Log
  readonly ledger: Ledger
  readonly queue: Queue
  readonly book: OpenBook
  readonly overseer: Overseer
  readonly rights: Rights
  readonly releases: Releases
  readonly serving: Serving
  /** The configured policy where it is wider than the one in force, and has to wait for its notice. */
  readonly wider: Policy | null
  /** False under a shifted clock on data that is not marked for rehearsals: then nothing changes for good. */
  readonly real: boolean
  close(): Promise<void>
}

/** True where a purge under a shifted clock may really remove: the folder says so, or was itself made under one. */
function rehearsalFolder(config: Config): boolean {
  const mark = join(config.data, 'rehearsal')
  const fresh = readdirSync(config.data).every((name) => ['lock', 'keys', 'api-key'].includes(name))
  if (config.clock.shift !== 0 && fresh) writeFileSync(mark, 'made under a shifted clock\n', { mode: 0o600 })
  return existsSync(mark)
}

/** True where a copy of the data folder takes the epoch keys along, and with them what lies beside them. */
function isBeside({ data, epochs }: Config): boolean {
  const way = relative(data, epochs)
  return !(way.startsWith('..') || isAbsolute(way))
}

async function* linesOf(path: string): AsyncIterable<string> {
  for (const file of [`${path}.1`, path]) {
    if (existsSync(file)) yield* createInterface({ input: createReadStream(file) })
  }
}

/**
 * Checks the configuration, takes the folder's lock and opens the stores. Whatever fails, everything opened before is
 * closed again. Throws ConfigFault, `data_locked`, `store_restored` unless `restored` is allowed for, or the stores' own faults.
 */
export async function openHouse(config: Config, restored = false): Promise<House> {
  const checked = checkConfig(config)
  const releases = newReleases()
  try {
    const lock = lockFolder(config.data)
    releases.add(lock.release)
    const rehearsal = rehearsalFolder(config)
    const log = newLog(config.log ? logFile(config.log) : (line) => void process.stdout.write(line), config.clock)
    const book = newBook(checked.policy)
    const ledger = await openLedger(config.store, {
      policies: book,
      keysPath: join(config.data, 'keys.db'),
      ...(config.keyStore === undefined ? {} : { keysUrl: config.keyStore }),
      epochsPath: config.epochs,
      operatorKeys: checked.secrets.operatorKeys,
      clock: config.clock,
    })
    releases.add(() => ledger.close())
    const wider = await fillBook(book, ledger)
    const telemetry = await openTelemetry(config)
    if (telemetry) releases.add(telemetry.close)
    const queue = await openQueue(config.queue, {
      ...(telemetry ? { tracing: telemetry.tracing } : {}),
      // A job that failed is told by what it failed of: a fault's code, or the line of a defect.
      noticed: ({ code, queue: name, count, where }) =>
        log.warn(where ? code : 'queue', {
          code: where ?? code,
          ...(name ? { queue: name } : {}),
          ...(count === undefined ? {} : { count }),
        }),
    })
    releases.add(() => queue.close())
    const operatorKeys = newOperatorKeys({ config, ledger, given: checked.secrets.operatorKeys })
    // Asked for anew at each use: a rotated key signs no more receipts, and verifies those it signed.
    const signer: Signer = {
      sign: (unsigned) => newSigner(operatorKeys.all()).sign(unsigned),
      verify: (receipt) => newSigner(operatorKeys.all()).verify(receipt),
      signExport: (address, document) => newSigner(operatorKeys.all()).signExport(address, document),
      verifyExport: (address, document, signed) =>
        newSigner(operatorKeys.all()).verifyExport(address, document, signed),
    }
    const rights = newRights({ ledger, queue, book, log, clock: config.clock, signer, epochMillis })
    const restore = newRestoreCheck({
      ...{ ledger, rights, listApart: !isBeside(config) },
      purge: async () => {
        const { purged } = await purge(ledger, config.clock, { dryRun: false, rehearsalFolder: rehearsal })
        return purged.reduce((sum, { count }) => sum + count, 0)
      },
    })
    if (!restored) await restore.pass()
    const serving: Serving = { upkeepSince: null, tracker: false, readers: null, audited: null }
    const overseer: Overseer = {
      why: newWhy({ ledger, book, clock: config.clock }),
      report: (id) => campaignReport({ ledger, book }, id),
      rights,
      restore,
      suppressions: newSuppressions({ ledger, board: queue.board, book, clock: config.clock }),
      keys: newApiKeys(ledger, config.clock),
      operatorKeys,
      purge: (dryRun) => purge(ledger, config.clock, { dryRun, rehearsalFolder: rehearsal }),
      audit: async (more = []) => {
        const report = await runAudit({
          ledger,
          queue,
          policy: book.inForce,
          clock: config.clock,
          logLines: config.log ? () => linesOf(config.log!) : null,
          house: houseFacts(config, serving, checked.secrets.keysBesideData || isBeside(config)),
        })
        const whole = withFindings(report, more)
        serving.audited = { at: config.clock.now(), counts: countFindings(whole.findings) }
        return signAudit(operatorKeys.all(), whole)
      },
      verifyAudit: (document) => verifyAudit(operatorKeys.all(), document),
    }
    const close = () => releases.run()
    const real = config.clock.shift === 0 || rehearsal
    return { ...checked, config, log, ledger, queue, book, overseer, rights, releases, wider, real, serving, close }
  } catch (error) {
    await releases.run()
    throw error
  }
}
