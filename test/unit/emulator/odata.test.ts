import { ODataError, compileFilter } from '../../../playground/emulator/odata';
import { queryList } from '../../../playground/emulator/odataList';
import { DEFAULT_SETTINGS } from '../../../playground/emulator/settings';

const PROPERTIES = ['status', 'type', 'machineId', 'created', 'count', 'flag', 'tag', 'guid', 'machineTags'];
const ENTITY = {
	status: 'Failed',
	type: 'LiveResponse',
	machineId: "o'neil (a)",
	created: '2026-01-13T09:00:00.1234612Z',
	count: 7,
	flag: true,
	tag: null,
	guid: '7a1b9c6e-2222-4333-8444-555566667777',
	machineTags: ['finance', "o'neil"],
};

test.each([
	["status eq 'Failed'", true],
	["status ne 'Failed'", false],
	["status EQ 'Failed' AND type Ne 'x'", true],
	["Status eq 'Failed' and TYPE ne 'x'", true],
	["type eq 'LiveResponse' and (status eq 'Pending' or status eq 'Failed')", true],
	["status eq 'Failed' or status eq 'x' and type eq 'x'", true],
	["(status eq 'Failed' or status eq 'x') and type eq 'x'", false],
	["not (status eq 'Failed')", false],
	["NOT startswith(status,'x')", true],
	["not status eq 'x' and not type eq 'x'", true],
	["status in ('Pending', 'Failed')", true],
	["status in ('Pending')", false],
	["machineId eq 'o''neil (a)'", true],
	["contains(machineId,'''neil')", true],
	["endswith(type,'Response')", true],
	["startswith(type,'live')", false],
	['created gt 2026-01-13T09:00:00Z', true],
	['created ge 2026-01-13T09:00:00.1234612Z', true],
	['created gt 2026-01-13T09:00:00.123Z', true],
	['created gt 2026-01-13T09:00:00.124Z', false],
	['created lt 2026-01-13T10:00:01+01:00', true],
	['created lt 2026-01-14', true],
	['count ge 7', true],
	['count lt 7', false],
	['flag eq true', true],
	['tag eq null', true],
	['tag ne null', false],
	['STATUS ne null', true],
	['flag eq false', false],
	['guid eq 7A1B9C6E-2222-4333-8444-555566667777', true],
	["guid eq '7a1b9c6e-2222-4333-8444-555566667777'", true],
	['guid eq 7a1b9c6e-2222-4333-8444-555566667778', false],
	["StartsWith(Type,'Live')", true],
	["MachineTags/any(t: t eq 'finance')", true],
	["tag ne 'x'", true],
	["tag lt 'x'", false],
	["machineTags/any(tag: tag eq 'finance')", true],
	["machineTags/any(t:t eq 'o''neil') and status eq 'Failed'", true],
	["machineTags/any(t: t eq 'Finance')", false],
	["machineTags/any(t: t eq 'fin')", false],
	["not machineTags/any(t: t eq 'finance')", false],
	["type eq 'LiveResponse' and (created ge 2026-11-23T10:00:00.000Z or status eq 'Pending' or status eq 'Failed')", true],
	["type eq 'LiveResponse' and (created ge 2026-11-23T10:00:00.000Z or status eq 'Pending' or status eq 'InProgress')", false],
	["type eq 'LiveResponse' and (created ge 2026-01-13T08:59:59.999Z or status eq 'Pending' or status eq 'InProgress')", true],
	["type eq 'Isolate' and (created ge 2026-01-13T08:59:59.999Z or status eq 'Failed')", false],
])('%s', (filter, expected) => {
	expect(compileFilter(filter, PROPERTIES)(ENTITY)).toBe(expected);
});

test.each([
	'',
	'status',
	'status eq Failed',
	"status = 'Failed'",
	"status eq 'Failed",
	"(status eq 'Failed'",
	"status eq 'Failed')",
	"other eq 'x'",
	'status in ()',
	"status eq 'a' 'b'",
	"tag/any(t: t eq 'x')",
	"machineTags/any(t: u eq 'x')",
	"machineTags/any(t: startswith(t,'x'))",
	"machineTags eq 'finance'",
	"startswith(machineTags,'f')",
	"status eq machineTags/any(t: t eq '2026-01-13')",
	"tolower(status) eq 'failed'",
	"status eq 'a' and",
])('%s is refused', (filter) => {
	expect(() => compileFilter(filter, PROPERTIES)).toThrow(ODataError);
});

describe('lists', () => {
	const all = [3, 1, 2, 5, 4].map((count) => ({ count }));
	const settings = { ...DEFAULT_SETTINGS, pageSize: 2, alwaysCounts: false };
	const page = { properties: PROPERTIES, origin: 'https://geo.example', path: '/api/x', settings };
	const query = (text: string) => queryList(all, new URLSearchParams(text), page);

	test('order, top, skip and count', () => {
		expect(query('$orderby=count desc&$top=1&$skip=1&$count=true')).toEqual({ '@odata.count': 5, value: [{ count: 4 }] });
	});
	test('order in upper or lower case; select where the collection has it', () => {
		expect(query('$orderby=COUNT DESC&$top=1').value).toEqual([{ count: 5 }]);
		const select = (text: string) =>
			queryList([{ count: 1, Flag: true, tag: null }], new URLSearchParams(text), { ...page, selects: true }).value;
		expect(select('$select=flag, COUNT')).toEqual([{ count: 1, Flag: true }]);
		expect(() => select('$select=count,other')).toThrow(ODataError);
	});
	test('in (…) can be refused', () => {
		const filter = new URLSearchParams('$filter=count in (1,2)');
		expect(queryList(all, filter, page).value).toHaveLength(2);
		expect(() => queryList(all, filter, { ...page, settings: { ...settings, refusesIn: true } })).toThrow(ODataError);
	});
	test('a longer list continues after the next link, filter included', () => {
		const found: unknown[] = [];
		let next: string | undefined = 'https://geo.example/api/x?$filter=count gt 1&$top=3';
		for (let pages = 0; next !== undefined && pages < 5; pages++) {
			const answer = query(next.split('?')[1]);
			found.push(...answer.value);
			next = answer['@odata.nextLink'];
			if (next !== undefined) expect(next).toMatch(/^https:\/\/geo\.example\/api\/x\?\$filter=count%20gt%201&/);
		}
		expect(found).toEqual([{ count: 3 }, { count: 2 }, { count: 5 }]);
	});
	test.each(['$top=10001', '$top=x', '$select=count', '$orderby=other', '$skip=-1'])('%s is refused', (text) => {
		expect(() => query(text)).toThrow(ODataError);
	});
});
