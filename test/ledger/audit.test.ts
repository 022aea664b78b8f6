import Driver from 'better-sqlite3'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Ledger, openLedger } from '../../src/ledger/index.ts'
import { poolOf, targetOf } from '../../src/ledger/postgres/pool.ts'
import { type Folder, newFolder, openIn, operatorKey } from './folder.ts'
import { address, consentTo, handClock, hitOn, permit, requestTo } from './mail.ts'
import { bookOf, policyOf } from './policies.ts'
import { closeServer, havePostgres, newPlace } from './postgres.ts'

describe('the audit', () => {
  const clock = handClock()
  const policies = bookOf(policyOf())
  let folder: Folder
  let ledger: Ledger
  let id: string

  beforeEach(async () => {
    folder = newFolder()
    ledger = await openIn(folder, { policies, clock })
    await ledger.enforce(policies.inForce)
    const request = requestTo('mira@example.org', clock)
    await ledger.accept([permit(request, policies.inForce)])
    const [claimed] = await ledger.claim([request.id], clock.now(), clock.now() + 60_000)
    const sent = { id: request.id, fence: claimed!.fence, status: 'sent', reason: null, subject: 'S' } as const
    await ledger.settle([sent], clock.now())
    id = request.id
    await ledger.record([hitOn(id, clock, policies)])
    await ledger.suppress(address('noah@example.org'), null)
    await ledger.recordConsent(address('mira@example.org'), consentTo('campaign', 'granted', clock.now()))
    await ledger.suppress(address('mira@example.org'), 'insight')
  })
  afterEach(async () => {
    await ledger.close()
    folder.remove()
  })

  const aCase = "INSERT INTO cases (id, right, status, opened_at, due_at, expires_on) VALUES (x'01', 'export', "
  const aCampaign = "INSERT INTO campaigns (id, name, purpose, status, policy, created_at, expires_on) VALUES (x'01', "
  const aCohort = `INSERT INTO cohorts (campaign, day, kind, class, estimated, trait, people, value, shown, expires_on)
    VALUES (x'01', 20500, 'open', 'person', 0, 'country', 9, `
  const broken: readonly (readonly [string, string, string])[] = [
    ['a column that nobody described', 'store.columns', 'ALTER TABLE events ADD COLUMN ip TEXT'],
    ['a table that nobody described', 'store.columns', 'CREATE TABLE hits (ip TEXT)'],
    ['a row that names no known policy', 'store.policies', 'UPDATE messages SET policy = 99'],
    ['a row that is past its time', 'store.retention', 'UPDATE events SET expires_on = 1'],
    ['a group that is past its time', 'store.retention', 'UPDATE messages SET subject_until = 1'],
    ['a date later than the policy promises', 'store.promises', 'UPDATE messages SET expires_on = 99999'],
    ['content that outlived its outcome', 'store.groups', 'UPDATE messages SET content = zeroblob(50)'],
    ['a recipient that no policy granted', 'store.groups', 'UPDATE messages SET recipient_until = NULL'],
    ['an open of a message that was granted none', 'store.grants', 'UPDATE messages SET opens = 0'],
    ['an open where the date of the last one was granted', 'store.grants', 'UPDATE messages SET opens = 2'],
    [
      'a click of a message that was granted none',
      'store.grants',
      "UPDATE events SET kind = 'click'; UPDATE messages SET clicks = 0",
    ],
    ['an event of no message', 'store.grants', "PRAGMA foreign_keys = OFF; UPDATE events SET message = x'01'"],
    ['a plain value in a sealed column', 'store.sealed', "UPDATE messages SET recipient = 'mira@example.org'"],
    [
      'a suppression that another store made',
      'store.marks',
      "INSERT INTO suppressions VALUES (randomblob(32), '', randomblob(16))",
    ],
    [
      'a suppression without a mark',
      'store.marks',
      "INSERT INTO suppressions (hash, purpose) VALUES (randomblob(32), '')",
    ],
    ['a suppression that was moved to another purpose', 'store.marks', "UPDATE suppressions SET purpose = 'x'"],
    ['a suppression that is no hash', 'store.marks', "UPDATE suppressions SET hash = 'mira@example.org'"],
    ['an event that would end later than promised', 'store.dates', 'UPDATE events SET expires_on = 99999'],
    [
      'a row that lost its key',
      'store.keys',
      "INSERT INTO subjects (handle, address_index, stop) VALUES (x'01', x'02', zeroblob(80))",
    ],
    [
      'an objection without its suppression',
      'store.suppressions',
      "INSERT INTO objections SELECT handle, 'campaign' FROM subjects",
    ],
    ['a policy in force that is not the one enforced', 'store.policies', "UPDATE policies SET digest = 'another'"],
    [
      'somebody whose address does not find them',
      'store.indexes',
      'UPDATE subjects SET address_index = randomblob(32)',
    ],
    ['a user agent for a browser', 'store.words', "UPDATE events SET browser = 'Mozilla/5.0 (10.11.12.13)'"],
    ['an address for a system', 'store.words', "UPDATE events SET os = 'mira@example.org'"],
    ['an address for a language', 'store.words', "UPDATE events SET language = '10.1'"],
    ['a time that is a text', 'store.words', "UPDATE events SET at = 'at noon'"],
    ['the reply of a server', 'store.words', "UPDATE messages SET reason = '550 no mira@example.org here'"],
    ['an address for a reason', 'store.words', "UPDATE messages SET reason = '10.11.12.13'"],
    ['an address for a purpose', 'store.words', "UPDATE messages SET purpose = 'mira@example.org'"],
    ['a purpose that no policy has', 'store.words', "UPDATE messages SET purpose = 'mira-example-org'"],
    ['an address for a reason of a plan', 'store.words', "UPDATE messages SET plan_reason = 'mira@example.org'"],
    ['a word that is none of a plan', 'store.words', "UPDATE messages SET plan_reason = 'mira_example'"],
    ['an address that hides behind a letter', 'store.words', "UPDATE messages SET reason = 'x10.11.12.13'"],
    ['an address for what was consented to', 'store.words', "UPDATE consents SET purpose = '10.11.12.13'"],
    ['a right that nobody has', 'store.words', `${aCase.replace('export', 'mira')}'open', 1, 2, NULL)`],
    [
      'an address in a receipt',
      'store.words',
      `${aCase}'open', 1, 2, NULL); UPDATE cases SET receipt = '{"to":"mira@example.org"}'`,
    ],
    ['an address in a wording', 'store.words', "UPDATE wordings SET text = 'Yes, to mira@example.org'"],
    ['the address of a machine in a wording', 'store.words', "UPDATE wordings SET text = 'Yes, from 10.11.12.13'"],
    [
      'an address for the name of a campaign',
      'store.words',
      `${aCampaign}'mira@example.org', 'campaign', 'done', 1, 1, 1)`,
    ],
    [
      'an address in a cohort',
      'store.words',
      `${aCampaign}'C', 'campaign', 'done', 1, 1, 1); ${aCohort}'mira@example.org', 1, 20600)`,
    ],
    [
      'a browser where countries are counted',
      'store.words',
      `${aCampaign}'C', 'campaign', 'done', 1, 1, 1); ${aCohort}'Firefox', 1, 20600)`,
    ],
    [
      'an address for the name of a key',
      'store.words',
      "INSERT INTO api_keys VALUES ('k', 'mira@example.org', 'send', NULL, 1, NULL)",
    ],
    ['a setting that is none of ours', 'store.words', "INSERT INTO meta VALUES ('mira@example.org', x'01')"],
    ['an address for a time', 'store.words', "UPDATE messages SET sent_at = '10.11.12.13'"],
    ['an address for a number', 'store.words', "UPDATE messages SET fence = '10.11.12.13'"],
    ['an address for an id', 'store.words', "UPDATE consents SET id = 'mira@example.org'"],
    ['no id at all', 'store.words', "UPDATE consents SET id = NULL, source = 'form', requested_at = 'mira'"],
    ['a trigger', 'store.columns', 'CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM consents; END'],
    ['an index', 'store.columns', 'CREATE INDEX messages_by_recipient ON messages (recipient)'],
    ['a view', 'store.columns', 'CREATE VIEW v AS SELECT * FROM messages'],
    ['a case that ends later than promised', 'store.dates', `${aCase}'done', 1, 2, 99999)`],
    ['an answered case that does not end', 'store.dates', `${aCase}'done', 1, 2, NULL)`],
    ['a last open that is kept for ever', 'store.dates', 'UPDATE subjects SET last_open = 1, last_open_until = 99999'],
    ['a last open without an end', 'store.dates', 'UPDATE subjects SET last_open = 1, last_open_until = NULL'],
    [
      'a mailed link that is good for longer than an hour',
      'store.dates',
      "INSERT INTO mailed_links SELECT x'01', handle, 'open', zeroblob(50), NULL, 9e12 FROM subjects LIMIT 1",
    ],
    ['a value that does not open', 'store.seals', 'UPDATE messages SET subject = zeroblob(80)'],
  ]
  it.each(broken)('finds %s', async (_what, check, sql) => {
    const other = new Driver(folder.store)
    other.exec(sql)
    other.close()
    const findings = await ledger.audit(policies.inForce, clock.now())
    expect(findings.find((each) => each.check === check)).toMatchObject({ result: 'violated' })
    expect(JSON.stringify(findings)).not.toContain('mira')
  })

  it('says unproven, never proved, of what it could not read', async () => {
    const other = new Driver(folder.store)
    other.exec('ALTER TABLE events RENAME TO elsewhere')
    other.close()
    const findings = await ledger.audit(policies.inForce, clock.now())
    expect(findings.find(({ check }) => check === 'store.retention')).toMatchObject({ result: 'unproven' })
  })

  it('reads, and changes no byte', async () => {
    await ledger.tidy()
    const before = folder.bytes()
    await ledger.audit(policies.inForce, clock.now())
    expect(folder.bytes().equals(before)).toBe(true)
  })

  it('takes the held rows of a restricted person for kept, not for late', async () => {
    const other = new Driver(folder.store)
    other.exec("UPDATE subjects SET state = 'restricted'")
    other.close()
    const later = clock.now() + 100 * 86_400_000
    expect((await ledger.purge(later, { chunk: 10, dryRun: false })).filter(({ count }) => count > 0)).toEqual([])
    const findings = await ledger.audit(policies.inForce, later)
    expect(findings.find(({ check }) => check === 'store.retention')).toMatchObject({ result: 'proved' })
    expect(await ledger.record([hitOn(id, clock, policies)])).toEqual({ recorded: 0, refused: 1 })
    expect(await ledger.stopped()).toHaveLength(1)
  })
})

describe.runIf(havePostgres)('the audit on PostgreSQL', () => {
  afterAll(closeServer)

  it('finds what is no word of ours in every column that was tampered with', async () => {
    const [clock, policies, folder, { url }] = [handClock(), bookOf(policyOf()), newFolder(), await newPlace()]
    const keys = { keysPath: folder.keys, epochsPath: folder.epochs, operatorKeys: [operatorKey()] }
    const ledger = await openLedger(url, { ...keys, policies, clock })
    await ledger.enforce(policies.inForce)
    await ledger.accept([permit(requestTo('mira@example.org', clock), policies.inForce)])
    const pool = poolOf(targetOf(url), 'lethe')
    await pool.query(`UPDATE messages SET purpose = 'mira@example.org', plan_reason = 'mira', reason = 'x10.11.12.13';
      INSERT INTO campaigns (id, name, purpose, status, policy, created_at, expires_on)
        VALUES ('\\x01', '10.11.12.13', 'campaign', 'done', 1, 1, 1);
      INSERT INTO cohorts (campaign, day, kind, class, estimated, trait, value, people, shown, expires_on)
        VALUES ('\\x01', 20500, 'open', 'person', 0, 'country', 'Firefox', 9, 1, 20600);
      INSERT INTO cases (id, "right", status, opened_at, due_at) VALUES ('\\x01', 'mira', 'open', 1, 2);
      INSERT INTO meta VALUES ('mira@example.org', '\\x01')`)
    await pool.end()
    const found = await ledger.audit(policies.inForce, clock.now())
    const places = ['messages.purpose', 'messages.reason', 'messages.plan_reason', 'cohorts.value', 'campaigns.name']
    const detail = [...places, 'cases.right', 'meta.name'].map((place) => `${place}: 1 say what is no word of ours`)
    expect(found.find(({ check }) => check === 'store.words')?.detail.split('; ')).toEqual(detail)
    await ledger.close()
    folder.remove()
  })
})
