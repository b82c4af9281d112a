import { flag } from './row';

/** Of everything that is sent to a device. */
export const dryRun = flag('Dry Run', false, 'Whether to only show the request. Nothing is sent to the device.');
