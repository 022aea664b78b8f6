/** Names as people have them, by script. */
export const names: Readonly<Record<string, readonly string[]>> = {
  Latin: ['Ada Lovelace', 'Zoë Kovač', 'José-María de la Concepción', "Siobhán O'Neill", 'Nguyễn Thị Minh Khai'],
  'other alphabets': ['Ὀδυσσεύς Λαέρτου', 'Софья Ковалевская'],
  Arabic: ['محمد بن موسى الخوارزمي', 'فاطمة الزهراء', 'مُحَمَّد الأمين', 'لؤي عبد الله', 'زهرا علوی‌نژاد'],
  Devanagari: ['अनन्या श्रीवास्तव', 'हर्षवर्धन क्षत्रिय', 'रविन्द्रनाथ ठाकुर'],
  Han: ['王小明', '欧阳修', '李清照'],
  emoji: ['Zoë 😀 Kovač', 'Team 🚀', '👩‍👩‍👧 Rivera'],
  mixed: ['محمد Ada بن سينا', 'Ada محمد', 'فاطمة الزهراء 123', '王小明 (Xiaoming Wang)', 'अनन्या Roy'],
}
