import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Fault } from '../base/index.ts'

/** A template on this machine: its YAML and the files beside it that it names. */
export interface TemplateOnDisk {
  /** What it is called on the server: the name of its folder. */
  readonly name: string
  readonly template: string
  readonly files: Readonly<Record<string, Buffer>>
}

const usable = /\.(?:pdf|png|jpe?g|svg|ttf|otf)$/i

/** The template behind `path`, a folder with a template.yaml or a YAML file; null when nothing is there. */
export function readTemplateFiles(path: string): TemplateOnDisk | null {
  if (!existsSync(path)) return null
  const file = statSync(path).isDirectory() ? join(path, 'template.yaml') : path
  if (!existsSync(file)) {
    throw new Fault('file_missing', 'The folder of the template has no template.yaml.', 'Write one, or name the file.')
  }
  const template = readFileSync(file, 'utf8')
  const folder = dirname(file)
  const named = readdirSync(folder).filter((name) => usable.test(name) && template.includes(name))
  const files = Object.fromEntries(named.map((name) => [name, readFileSync(join(folder, name))]))
  const called =
    file === path && basename(file) !== 'template.yaml' ? basename(file).replace(/\.ya?ml$/i, '') : basename(folder)
  return { name: slugOf(called), template, files }
}

const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 63) || 'template'
