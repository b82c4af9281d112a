import fc from 'fast-check';
import { compileFilter } from '../../../playground/emulator/odata';
import { matchRoute } from '../../../playground/emulator/routes';
import { odataOf } from '../../../nodes/DefenderLiveResponse/fields/filter';
import { MACHINE_FILTERS } from '../../../nodes/DefenderLiveResponse/operations/machine/filters';
import { ACTION_FILTERS } from '../../../nodes/DefenderLiveResponse/operations/machineAction/filters';
import { checkFileName } from '../../../nodes/DefenderLiveResponse/fields/libraryFile';
import { firstPage } from '../../../nodes/DefenderLiveResponse/service/collection';
import { literal } from '../../../nodes/DefenderLiveResponse/service/odata';
import { propertiesOf } from './property';

const ACTION = ['id', 'status', 'machineId', 'type', 'requestor', 'creationDateTimeUtc'];
const MACHINE = ['computerDnsName', 'id', 'machineTags', 'lastIpAddress', 'healthStatus', 'osPlatform'];

const part = fc.constantFrom(
	"'",
	"''",
	'"',
	' or ',
	' and ',
	'1 eq 1',
	' eq ',
	'(',
	')',
	',',
	'&',
	'#',
	'?',
	'/',
	'\\',
	'%27',
	'%',
	'+',
	'\n',
	'$top=1',
	'null',
	'a',
	' ',
);
const text = fc.oneof(
	fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
	fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
);

/** A filter as the service reads it out of the address that it comes in. */
function received(filter: string): string {
	const url = new URL(`https://api.security.microsoft.com/api/machineactions${firstPage(filter, 50, 0)}`);
	// One comparison of texts: matchers take longer than all that they match.
	expect(`${url.pathname} ${url.hash} ${[...url.searchParams.keys()].join()}`).toBe('/api/machineactions  $filter,$top');
	return url.searchParams.get('$filter') ?? '';
}

/** Like `value`, and never equal to it. */
const others = (value: string) => [`${value}x`, `x${value}`, value.slice(1), '', 'x'].filter((other) => other !== value);

export const odataProperties = propertiesOf('filters', {
	'a literal is read back as exactly the text that was put in': fc.property(text, (value) => {
		const test = compileFilter(received(`requestor eq ${literal(value)}`), ACTION);
		return test({ requestor: value }) && !others(value).some((requestor) => test({ requestor }));
	}),
	'no text of a filter changes what the other filters of machine actions say': fc.property(text, text, (status, requestor) => {
		const test = compileFilter(received(odataOf(ACTION_FILTERS, { status: [status], requestor })), ACTION);
		const entity = { type: 'LiveResponse', status, requestor };
		const different = [
			...others(status).map((other) => ({ ...entity, status: other })),
			...others(requestor).map((other) => ({ ...entity, requestor: other })),
			{ ...entity, type: 'Isolate' },
		];
		return test(entity) && !different.some(test);
	}),
	'the same of devices, by name, start of a name, tag and system': fc.property(
		text,
		text,
		text,
		fc.boolean(),
		(name, tag, osPlatform, isStart) => {
			const match = isStart ? ('startsWith' as const) : ('exact' as const);
			const test = compileFilter(received(odataOf(MACHINE_FILTERS, { computerDnsName: name, match, tag, osPlatform })), MACHINE);
			const entity = { computerDnsName: name.toLowerCase(), machineTags: ['other', tag], osPlatform };
			const other = `x${entity.computerDnsName}`;
			const different = [
				...(isStart && other.startsWith(entity.computerDnsName) ? [] : [{ ...entity, computerDnsName: other }]),
				{ ...entity, machineTags: others(tag) },
				...others(osPlatform).map((each) => ({ ...entity, osPlatform: each })),
			];
			return test(entity) && !different.some(test);
		},
	),
	'a list of ids names these and no others': fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (ids, other) => {
		const test = compileFilter(received(`id in (${ids.map(literal).join(',')})`), ACTION);
		return ids.every((id) => test({ id })) && test({ id: other }) === ids.includes(other);
	}),
	'a file name that is taken stays one step of the path, and the same name': fc.property(
		fc.oneof(text, fc.string({ unit: 'binary-ascii', maxLength: 9 })),
		(name) => {
			let checked: string;
			try {
				checked = checkFileName(name);
			} catch {
				return;
			}
			const { pathname, search, hash } = new URL(`https://host/api/libraryfiles/${encodeURIComponent(checked)}`);
			expect([matchRoute('DELETE', pathname), search, hash]).toEqual([
				{ operation: 'library.delete', half: 'api', params: { fileName: name } },
				'',
				'',
			]);
		},
	),
});
