/** `dysta completion`: what a shell needs to complete the words of the command line. The words themselves come from yargs. */
import { completionWord } from "./arguments.ts";
import { exitStatus } from "./exit.ts";

export const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

/** yargs writes words for the shell that SHELL names; `dysta` itself comes first in bash and zsh, as yargs expects. */
const scripts: Readonly<Record<Shell, string>> = {
  bash: `# dysta completion bash >> ~/.bashrc
_dysta() {
  local found
  found=$(SHELL=bash dysta ${completionWord} "\${COMP_WORDS[@]}")
  mapfile -t COMPREPLY < <(compgen -W "$found" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o bashdefault -o default -F _dysta dysta
`,
  zsh: `#compdef dysta
# dysta completion zsh > "\${fpath[1]}/_dysta", or >> ~/.zshrc after compinit
_dysta() {
  local -a found
  found=("\${(@f)$(SHELL=zsh dysta ${completionWord} "\${words[@]}")}")
  if [[ -n "$found" ]]; then _describe 'values' found; else _default; fi
}
compdef _dysta dysta
`,
  fish: `# dysta completion fish > ~/.config/fish/completions/dysta.fish
complete -c dysta -a '(SHELL=fish dysta ${completionWord} dysta (commandline -opc)[2..-1] (commandline -ct))'
`,
};

export function completionCommand({ shell }: { readonly shell: Shell }): number {
  process.stdout.write(scripts[shell]);
  return exitStatus.done;
}
