const names = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])

/** Loopback hosts are no disclosure: no policy has to name them. */
export const isLoopback = (host: string): boolean => names.has(host.toLowerCase()) || /^127(?:\.\d{1,3}){3}$/.test(host)
