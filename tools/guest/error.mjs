// @ts-check

/** The guest itself failed, not the command it was to run; the message is for a person. */
export class GuestError extends Error {}

/** As `docker run`: no command ends with this by itself. */
const guestFailed = 125;

/**
 * @param {unknown} error
 * @returns {number} the exit status for it
 */
export function reportFailure(error) {
  if (!(error instanceof GuestError)) throw error;
  console.error(`guest: ${error.message}`);
  return guestFailed;
}
