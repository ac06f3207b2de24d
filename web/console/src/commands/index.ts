export { CommandsProvider, useCommandRunner, useCommands, type Bindings } from './CommandsProvider';
export { Keys } from './Keys';
export { keysText } from './keys';
export { COMMANDS, commandOf, labelOf, type Command, type CommandId } from './registry';
