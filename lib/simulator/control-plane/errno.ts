/** The error numbers that IPVS answers with. */

export const Errno = {
  none: 0,
  ENOENT: 2,
  ESRCH: 3,
  EEXIST: 17,
  ENODEV: 19,
  EINVAL: 22,
  ERANGE: 34,
  EAFNOSUPPORT: 97,
  ENETUNREACH: 101,
  ENOBUFS: 105,
} as const;
