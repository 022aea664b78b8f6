import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/base/index.ts'
import { readConfig, roles } from '../../src/main/config.ts'
import { families } from '../../src/main/metrics.ts'
import { loadPolicy } from '../../src/policy/index.ts'
import { environment, hit, startLethe } from '../journeys/lethe.ts'
import {
  type Container,
  isSecret,
  isVariable,
  kubernetesFiles,
  type Manifest,
  manifests,
  podsOf,
  read,
} from './manifests.ts'

const of = (kind: string): readonly Manifest[] => manifests.filter((each) => each.kind === kind)
const deployments = of('Deployment')
const roleOf = ({ args = [] }: Container): string => args[args.indexOf('--roles') + 1] ?? ''
const containers = manifests.flatMap((each) =>
  podsOf(each).flatMap((pod) => pod.containers.map((container) => ({ each, pod, container }))),
)
const config = of('ConfigMap')[0]?.data ?? {}
const samples: Readonly<Record<string, string>> = {
  LETHE_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  LETHE_API_KEY: '0123456789abcdef0123456789abcdef',
  LETHE_QUEUE: 'rediss://lethe:secret@redis.example.internal:6379',
  LETHE_STORE: 'postgres://lethe:secret@postgres.example.internal/lethe',
  LETHE_SMTP: 'smtps://lethe:secret@smtp.relay.example:465',
}

describe('the Kubernetes example', () => {
  it('is made of objects with names, each listed in the kustomization', () => {
    for (const { file, apiVersion, kind, metadata } of manifests) {
      expect([typeof apiVersion, typeof kind], file).toEqual(['string', 'string'])
      if (kind !== 'Kustomization') expect(metadata.name, file).toMatch(/^[a-z][a-z-]+$/)
    }
    const listed = [...read('examples', 'kubernetes', 'kustomization.yaml').matchAll(/^ {2}- ([\w-]+\.yaml)$/gm)].map(
      ([, name]) => name,
    )
    const apart = ['kustomization.yaml', 'policy.yaml', 'secrets.yaml']
    expect(listed.sort()).toEqual(kubernetesFiles.filter((name) => !apart.includes(name)).sort())
    const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata?.name}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it('runs every role in a Deployment of its own', () => {
    const running = deployments.flatMap((each) => podsOf(each).flatMap((pod) => pod.containers.map(roleOf)))
    expect(running.sort()).toEqual([...roles].sort())
    for (const each of deployments) {
      const role = roleOf(podsOf(each)[0]!.containers[0]!)
      expect(each.spec.template.metadata.labels).toEqual(each.spec.selector.matchLabels)
      expect(each.spec.selector.matchLabels['app.kubernetes.io/component']).toBe(role)
    }
  })

  it('gives each container settings that exist and that it can start with', () => {
    for (const { each, container } of containers) {
      const own = Object.fromEntries(
        (container.env ?? []).map(({ name, value }) => [name, value ?? samples[name] ?? '']),
      )
      const told = container.args?.includes('-e') || container.command ? own : { ...config, ...own }
      expect(
        Object.keys(told).filter((name) => !isVariable(name)),
        each.metadata.name,
      ).toEqual([])
      if (!container.command) expect(readConfig(told).policy).toBe('/policy/policy.yaml')
    }
  })

  it('keeps its data in a folder that it can close: the root of a volume is not its own', () => {
    const mounts = deployments.flatMap((each) => podsOf(each)[0]?.containers[0]?.volumeMounts ?? [])
    expect(new Set(mounts.filter(({ name }) => name === 'data').map(({ mountPath }) => mountPath))).toEqual(
      new Set([config.LETHE_DATA?.replace(/\/[^/]+$/, '')]),
    )
  })

  it('holds no secret: templates are empty, and what is secret comes from them', () => {
    const templates = new Map(of('Secret').map(({ metadata, stringData }) => [metadata.name, stringData ?? {}]))
    for (const values of templates.values()) expect(Object.values(values).filter(Boolean)).toEqual([])
    expect(Object.keys(config).filter(isSecret)).toEqual([])
    for (const { each, container } of containers) {
      for (const { name, value, valueFrom } of container.env ?? []) {
        if (!isSecret(name)) continue
        expect(value, `${each.metadata.name} ${name}`).toBeUndefined()
        const { secretKeyRef } = valueFrom as { secretKeyRef: { name: string; key: string } } // what a secret comes from
        expect(Object.keys(templates.get(secretKeyRef.name) ?? {}), name).toContain(secretKeyRef.key)
      }
    }
  })

  it('gives a tracker neither store nor epoch keys', () => {
    const tracker = deployments.find(({ metadata }) => metadata.name === 'lethe-tracker')
    const pod = podsOf(tracker!)[0]!
    const names = pod.containers[0]?.env?.map(({ name }) => name)
    expect(names?.includes('LETHE_STORE') || names?.includes('LETHE_SMTP')).toBe(false)
    expect(pod.volumes?.map(({ name }) => name)).not.toContain('keys')
  })

  it('runs as nobody in particular, on a root that is read only, with bounds', () => {
    for (const { each, pod, container } of containers) {
      const { name } = each.metadata
      expect(pod.securityContext, name).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      expect(container.securityContext, name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      expect(pod.automountServiceAccountToken, name).toBe(false)
      expect(container.resources, name).toMatchObject({ requests: {}, limits: {} })
      const volumes = pod.volumes?.map((volume) => volume.name) ?? []
      expect((container.volumeMounts ?? []).map((mount) => mount.name).sort(), name).toEqual([...volumes].sort())
      if (each.kind === 'Deployment') expect(pod.terminationGracePeriodSeconds, name).toBeGreaterThanOrEqual(60)
    }
  })

  it('asks only ports and paths that a running Lethe answers', async () => {
    const [publicPort, privatePort] = /^EXPOSE (\d+) (\d+)$/m.exec(read('Dockerfile'))?.slice(1).map(Number) ?? []
    const paths = new Set<string>(
      of('PodMonitor').flatMap(({ spec }) => spec.podMetricsEndpoints.map((at: { path: string }) => at.path)),
    )
    for (const each of deployments) {
      const [{ ports = [], ...container }] = podsOf(each)[0]!.containers as [Container]
      for (const { name, containerPort } of ports) {
        expect(containerPort).toBe(name === 'public' ? publicPort : privatePort)
      }
      for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
        expect(
          ports.map(({ name }) => name),
          each.metadata.name,
        ).toContain(probe?.httpGet.port)
        expect(probe?.httpGet.port).toBe('private')
        paths.add(probe?.httpGet.path ?? 'none')
      }
    }
    const services = of('Service')
    for (const { metadata, spec } of services) {
      const target = deployments.find((each) => each.metadata.name === metadata.name)!
      expect(spec.selector).toEqual(target.spec.selector.matchLabels)
      const named = podsOf(target)[0]?.containers[0]?.ports?.map(({ name }) => name)
      for (const { targetPort } of spec.ports) expect(named).toContain(targetPort)
    }
    const pages = deployments.flatMap((each) =>
      podsOf(each).flatMap(
        ({ containers: [only] }) => only?.env?.find(({ name }) => name === 'LETHE_PAGES')?.value ?? [],
      ),
    )
    expect(pages.map((url) => new URL(url).host)).toEqual(['lethe-api:8081'])
    expect(services.map(({ metadata }) => metadata.name)).toContain('lethe-api')
    for (const { spec } of of('NetworkPolicy')) {
      for (const { ports } of [...(spec.ingress ?? [])]) {
        for (const { port } of ports) expect([publicPort, privatePort]).toContain(port)
      }
    }

    expect([...paths].sort()).toEqual(['/healthz', '/metrics', '/readyz'])
    const lethe = await startLethe(await environment())
    for (const path of paths) expect((await lethe.call('GET', path)).status, path).toBe(200)
    expect((await hit(lethe.env, '/privacy')).status).toBe(200)
    await lethe.stop()
  }, 240_000)

  it('scales by metrics that exist, with something to scale', () => {
    const known = new Set(families.map(({ name }) => name))
    const targets = [...of('ScaledObject'), ...of('HorizontalPodAutoscaler')].map(
      ({ spec }) => spec.scaleTargetRef.name,
    )
    expect(targets.sort()).toEqual(['lethe-record', 'lethe-send', 'lethe-tracker'])
    const unset = deployments.filter(({ spec }) => spec.replicas === undefined).map(({ metadata }) => metadata.name)
    expect(unset.sort()).toEqual(targets)
    for (const { spec } of of('ScaledObject')) {
      for (const { metadata } of spec.triggers) {
        const [, metric = '', queue] = /^max\((\w+)\{queue="(\w+)"/.exec(metadata.query) ?? []
        expect(known, metadata.query).toContain(metric)
        expect(`lethe-${queue}`).toBe(spec.scaleTargetRef.name)
      }
    }
    const guarded = of('PodDisruptionBudget').map(({ metadata }) => metadata.name)
    expect(guarded.sort()).toEqual(deployments.map(({ metadata }) => metadata.name).sort())
  })

  it('has a policy without open slots that names the hosts of the templates', () => {
    const policy = loadPolicy(join(packageRoot(), 'examples', 'kubernetes', 'policy.yaml'))
    expect(policy.unfilled).toEqual([])
    const declared = policy.processors.flatMap(({ hosts }) => hosts)
    for (const name of ['LETHE_QUEUE', 'LETHE_STORE', 'LETHE_SMTP']) {
      expect(declared, name).toContain(URL.parse(samples[name]!)?.hostname)
    }
  })
})
