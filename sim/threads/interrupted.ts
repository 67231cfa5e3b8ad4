/** The user has stopped the work before it was done. */
export class Interrupted extends Error {}
