import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type FontFace, readFont } from './glyphs.ts'

/** The families that every template has, in the order in which a character looks for one that can draw it. */
const families: readonly { readonly name: string; readonly folder: string; readonly file: string }[] = [
  { name: 'Noto Sans', folder: 'noto-sans', file: 'NotoSans' },
  { name: 'Noto Sans Arabic', folder: 'noto-sans-arabic', file: 'NotoSansArabic' },
  { name: 'Noto Sans Devanagari', folder: 'noto-sans-devanagari', file: 'NotoSansDevanagari' },
  { name: 'Noto Sans SC', folder: 'noto-sans-sc', file: 'NotoSansSC' },
  { name: 'Noto Emoji', folder: 'noto-emoji', file: 'NotoEmoji' },
]
const weights = ['400Regular', '700Bold'] as const

/** Comes with Typst itself; everything that it draws, Noto Sans draws as well. */
const withTypst = 'Libertinus Serif'

export const builtInFamilies: readonly string[] = [withTypst, ...families.map(({ name }) => name)]

export const fallbackFamilies: readonly string[] = families.map(({ name }) => name)

const folderOf = (name: string): string =>
  dirname(createRequire(import.meta.url).resolve(`@expo-google-fonts/${name}/package.json`))

/** Where the font files lie: one folder a weight, so that no other weight is looked at. */
export const fontFolders = (): string[] =>
  families.flatMap(({ folder }) => weights.map((weight) => join(folderOf(folder), weight)))

/** The built-in faces, for asking whether a character can be drawn at all. */
export const readBuiltInFaces = (): readonly FontFace[] =>
  families.flatMap(({ folder, file }) => {
    const [regular] = weights
    return readFont(readFileSync(join(folderOf(folder), regular, `${file}_${regular}.ttf`))) ?? []
  })

/** Whether each character of `text` can be drawn by one of `faces`. */
export const drawable = (text: string, faces: readonly FontFace[]): boolean =>
  [...text.normalize('NFC')].every(
    (character) =>
      /[\p{Default_Ignorable_Code_Point}\p{White_Space}]/u.test(character) ||
      faces.some((face) => face.draws(character.codePointAt(0)!)),
  )
