import { profileNetworks } from "../profile/profile.ts";
import { type ProfileDocument, profileDocument } from "../profile/profile-document.ts";
import { type ProfileWords, profileQuestion } from "../profile/question.ts";
import { type WorkOptions, workOf } from "./work.ts";

/** Networks or a layer, the hardware, and how the work is done. */
export interface ProfileOptions extends ProfileWords, WorkOptions {}

/**
 * Runs networks layer by layer on an accelerator: what `dysta profile --json` prints.
 *
 * @throws DystaError, one line: the thing, the rule, the value
 */
export async function profile(options: ProfileOptions): Promise<ProfileDocument> {
  const { counted, cache } = workOf(options);
  const { networks, accelerator, area, ...given } = await profileQuestion(options);
  const profiles = await profileNetworks(networks, accelerator, { ...given, ...counted("layers"), cache });
  return profileDocument(profiles, accelerator, { ...given, area });
}
