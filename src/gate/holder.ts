/**
 * A holder's name as two people would call the same: composed (NFC), without regard to case, to the width of its spaces, to
 * the kind of apostrophe or hyphen that a keyboard has, and to marks that only steer how text is set.
 */
export const normalHolder = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu, '')
    .replace(/[\u2018\u2019\u02bc\u00b4`]/gu, "'")
    .replace(/[\u2010-\u2013]/gu, '-')
    // Upper case first: it takes ß, ligatures and final sigmas apart, which lower case alone leaves as they are.
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC')
    .trim()
    .split(/\s+/u)
    .join(' ')
