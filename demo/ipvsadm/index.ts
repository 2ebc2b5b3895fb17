/** Values of the API as ipvsadm prints them. */
export { formatConnections } from '../../lib/cli/layout/connections';
export { formatTable } from '../../lib/cli/layout/table';
