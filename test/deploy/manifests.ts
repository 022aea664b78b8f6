import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { packageRoot } from '../../src/base/index.ts'

const root = packageRoot()
export const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8')

/** Every variable that the configuration reads, by name; those of one purpose are a family of names. */
const named = readdirSync(join(root, 'src', 'main'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => [...read('src', 'main', name).matchAll(/value\('([A-Z][A-Z_]+)'\)/g)].map(([, found]) => found))
const variables: ReadonlySet<string | undefined> = new Set(named)
export const isVariable = (name: string): boolean =>
  variables.has(name) || /^LETHE_(FROM|REPLY_TO)_[A-Z][A-Z0-9_]*$/.test(name)

/** What may never be written down. */
export const isSecret = (name: string): boolean =>
  /_(KEYS|API_KEY|QUEUE|STORE|SMTP|SIGNING_KEY|WEBHOOK)$|PASSWORD/.test(name)

export interface Service {
  readonly image: string
  readonly command?: string | readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes?: readonly string[]
  readonly tmpfs?: readonly string[]
  readonly ports?: readonly string[]
  readonly networks?: readonly string[]
  readonly network_mode?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly healthcheck?: Readonly<Record<string, unknown>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly stop_grace_period?: string
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
  readonly networks?: Readonly<Record<string, unknown>>
}

export const compose = (...path: readonly string[]): Compose => parse(read(...path), { merge: true }) as Compose // the tests ask for what they read of it

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

export interface Container {
  readonly image: string
  readonly args?: readonly string[]
  readonly command?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly resources: { readonly requests: object; readonly limits: object }
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[]
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly volumes?: readonly { readonly name: string }[]
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly automountServiceAccountToken?: boolean
  readonly terminationGracePeriodSeconds?: number
}

export interface Manifest {
  readonly file: string
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
  // Each kind has a shape of its own: the tests ask for the part that they read.
  // biome-ignore lint/suspicious/noExplicitAny: the parsed shape of a foreign format
  readonly spec?: any
  readonly data?: Readonly<Record<string, string>>
  readonly stringData?: Readonly<Record<string, string>>
}

const folder = ['examples', 'kubernetes'] as const
export const kubernetesFiles = readdirSync(join(root, ...folder)).filter((name) => name.endsWith('.yaml'))

/** Every object of the example but for the policy, which is Lethe's own. Throws for what is no YAML. */
export const manifests: readonly Manifest[] = kubernetesFiles
  .filter((file) => file !== 'policy.yaml')
  .flatMap((file) =>
    parseAllDocuments(read(...folder, file)).map((document) => {
      if (document.errors.length > 0) throw document.errors[0]
      return { file, ...(document.toJS() as Omit<Manifest, 'file'>) }
    }),
  )

/** The pods of Deployments, Jobs and CronJobs. */
export const podsOf = ({ kind, spec }: Manifest): readonly PodSpec[] =>
  kind === 'CronJob'
    ? [spec.jobTemplate.spec.template.spec]
    : kind === 'Deployment' || kind === 'Job'
      ? [spec.template.spec]
      : []
