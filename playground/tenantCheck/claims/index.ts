import type { Claim } from '../claim';
import { ACTION_CLAIMS } from './actions';
import { COMMAND_CLAIMS } from './commands';
import { END_CLAIMS } from './ends';
import { FILE_CLAIMS } from './files';
import { ERROR_CLAIMS, LIMIT_CLAIMS } from './errors';
import { LIBRARY_CLAIMS } from './library';
import { LINK_CLAIMS } from './links';
import { MACHINE_CLAIMS } from './machines';
import { MACHINE_QUERY_CLAIMS } from './machineQueries';
import { PACKAGE_CLAIMS } from './packages';
import { PERMISSION_CLAIMS } from './permissions';
import { QUERY_CLAIMS } from './queries';
import { RUN_CLAIMS } from './run';
import { SCRIPT_CLAIMS } from './ownScript';
import { STORAGE_CLAIMS } from './storage';
import { TOKEN_CLAIMS } from './token';
import { TRANSCRIPT_CLAIMS } from './transcript';

export interface Group {
	title: string;
	claims: readonly Claim[];
}

/** All claims, in the order in which they are asked and shown. */
export const GROUPS: readonly Group[] = [
	{ title: 'Sign-in and token', claims: TOKEN_CLAIMS },
	{ title: 'Permissions', claims: PERMISSION_CLAIMS },
	{ title: 'Errors and clock', claims: ERROR_CLAIMS },
	{ title: 'Machine actions', claims: ACTION_CLAIMS },
	{ title: 'Commands of actions', claims: COMMAND_CLAIMS },
	{ title: 'Queries of actions', claims: QUERY_CLAIMS },
	{ title: 'Devices', claims: MACHINE_CLAIMS },
	{ title: 'Queries of devices', claims: MACHINE_QUERY_CLAIMS },
	{ title: 'Library', claims: LIBRARY_CLAIMS },
	{ title: 'Result links', claims: LINK_CLAIMS },
	{ title: 'Storage', claims: STORAGE_CLAIMS },
	{ title: 'Transcripts', claims: TRANSCRIPT_CLAIMS },
	{ title: 'Investigation packages', claims: PACKAGE_CLAIMS },
	{ title: 'Runs', claims: RUN_CLAIMS },
	{ title: 'Our own script', claims: SCRIPT_CLAIMS },
	{ title: 'Collected files', claims: FILE_CLAIMS },
	{ title: 'Ends, skipped commands, cancel', claims: END_CLAIMS },
	{ title: 'Limits', claims: LIMIT_CLAIMS },
];

export const CLAIMS: readonly Claim[] = GROUPS.flatMap(({ claims }) => claims);
