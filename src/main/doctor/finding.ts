/** `unknown`: the question could not be asked, a resolver that does not answer for one; never taken for good. */
export type State = 'ok' | 'warn' | 'fail' | 'unknown'

export interface DoctorFinding {
  readonly check: string
  readonly state: State
  readonly detail: string
  /** What to do about it; null where there is nothing to do. */
  readonly next: string | null
}

export const finding = (check: string, state: State, detail: string, next: string | null = null): DoctorFinding => ({
  check,
  state,
  detail,
  next,
})

/** What the doctor asks of the outside world. A name that is not there is an empty list; what cannot be asked throws. */
export interface Outside {
  txt(name: string): Promise<readonly string[]>
  mx(name: string): Promise<readonly string[]>
  addresses(host: string): Promise<readonly string[]>
  names(address: string): Promise<readonly string[]>
  /** The status that a GET is answered with. */
  status(url: string): Promise<number>
}

/** The findings of `ask`, or one that says that nobody answered. */
export async function asked(
  check: string,
  ask: () => Promise<DoctorFinding | readonly DoctorFinding[]>,
): Promise<readonly DoctorFinding[]> {
  try {
    return [await ask()].flat()
  } catch {
    return [
      finding(check, 'unknown', 'nobody answered', 'Ask again where name servers and the network can be reached.'),
    ]
  }
}
