/** Which network an address is of: the shipped ranges, and the owners' own lists that `lethe data update` read. */
export { putNetworkSet, readNetworkFile } from './file.ts'
export { isNetworkKind, type NetworkKind, type NetworkSet, networkKinds } from './kind.ts'
export { type Networks, openNetworks } from './open.ts'
export { readNetworks } from './read.ts'
export { shippedNetworks } from './shipped.ts'
