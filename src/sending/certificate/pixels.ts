/** What one sheet of paper can use: A2 at 300 dots an inch. Unpacked it is four bytes a point, whatever the file weighs. */
export const mostPixels = 40_000_000

/** How many points a PNG or JPEG says that it has; null where its head cannot be read. */
export function pixelsOf(bytes: Buffer): number | null {
  if (bytes[0] === 0x89) return bytes.length < 24 ? null : bytes.readUInt32BE(16) * bytes.readUInt32BE(20)
  return jpegPixels(bytes)
}

/** From the frame's head (ITU-T T.81, B.2.2), which stands behind segments that each tell their length. */
function jpegPixels(bytes: Buffer): number | null {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null
    const marker = bytes[at + 1]!
    // Bytes that fill, and markers that stand alone.
    if (marker === 0xff) at += 1
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2
    else if (isFrame(marker)) return bytes.readUInt16BE(at + 5) * bytes.readUInt16BE(at + 7)
    else at += 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}

// DHT, JPG and DAC lie among the frames' markers.
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
