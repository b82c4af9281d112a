import { ACTION_FLOWS } from './actionFlows';
import type { Flow } from './flow';
import { LIBRARY_FLOWS } from './libraryFlows';
import { LIVE_RESPONSE_FLOWS } from './liveResponseFlows';
import { MACHINE_FLOWS } from './machineFlows';

/** One or more for each operation of the node. */
export const FLOWS: Flow[] = [...LIVE_RESPONSE_FLOWS, ...ACTION_FLOWS, ...LIBRARY_FLOWS, ...MACHINE_FLOWS];
