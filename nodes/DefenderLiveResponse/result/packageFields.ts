import { waitingFor } from '../fields/waiting';
import { RESULT_OPTIONS } from './options';

const { binaryPropertyName, maxDownloadSize } = RESULT_OPTIONS;

/** How an investigation package is downloaded and stored. */
export const PACKAGE_OPTIONS = { binaryPropertyName, maxDownloadSize };

/** A device takes many minutes to gather its package. */
export const PACKAGE_WAITING = waitingFor(true, 60);
