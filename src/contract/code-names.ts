/** Official titles of codes, and descriptions that plainly name something else. */
type System = 'icd10' | 'icd9cm';

const titles: Record<System, Record<string, [title: string, stems: string]>> = {
  icd10: {},
  icd9cm: { '17.1': ['Laparoscopic unilateral repair of inguinal hernia', 'hernia inguinal laparosko'] },
};

export function displayOf(system: System, code: string): string | undefined {
  return titles[system][code]?.[0];
}

export function looksDifferent(system: System, code: string, description: string): boolean {
  const stems = titles[system][code]?.[1].split(' ');
  return stems !== undefined && !stems.some((stem) => description.toLowerCase().includes(stem));
}
