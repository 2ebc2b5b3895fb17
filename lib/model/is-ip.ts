/** Which texts are addresses. Node's own check is in `node:net`, which takes a third of Node's start to load. */

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

/** 4, 6, or 0 for no address. One with a zone is none: the kernel's IPVS knows no zones. */
export function isIP(text: string): 0 | 4 | 6 {
  const colon = text.indexOf(':');
  if (colon < 0) return IPV4.test(text) ? 4 : 0;
  return text.includes(':', colon + 1) && isIPv6(text) ? 6 : 0;
}

/** Eight groups, or fewer where `::` stands for zeros. The last two may be an IPv4 address. */
function isIPv6(text: string): boolean {
  const parts = text.split('::');
  const groups = parts.flatMap((part) => (part === '' ? [] : part.split(':')));
  if (!text.endsWith('::') && IPV4.test(groups.at(-1) ?? '')) groups.splice(-1, 1, '0', '0');
  const fits = parts.length === 1 ? groups.length === 8 : parts.length === 2 && groups.length < 8;
  return fits && groups.every((group) => GROUP.test(group));
}
