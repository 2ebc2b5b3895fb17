// @ts-check

/** Setting up ends here; the message is for a person. */
export class SetupError extends Error {}
