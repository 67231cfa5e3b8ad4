/** What is used of pngjs, which has no types of its own. */
declare module "pngjs" {
  export class PNG {
    constructor(options: { width: number; height: number });
    readonly width: number;
    readonly height: number;
    /** Red, green, blue and opacity of each pixel. */
    readonly data: Buffer;
    static readonly sync: { read(bytes: Uint8Array): PNG; write(image: PNG): Buffer };
  }
}
