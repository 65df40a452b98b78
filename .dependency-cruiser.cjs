// Who may import what (ARCHITECTURE.md has the table in words). Each rule says why; test/architecture.test.ts plants one
// violation per rule and fails when the cruise stays green.
const test = '\\.(test|itest)\\.ts$|__fixtures__/';

/** Everything under `from` may import only what matches `allowed` within src. */
const only = (name, comment, from, allowed, exceptFrom = []) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: [test, ...exceptFrom] },
  to: { path: '^src/', pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', comment: 'A cycle has no first file to read.', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-unresolvable', comment: 'A dangling import is a crash waiting for its line.', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'app-is-the-root', comment: 'Only main.ts composes; whoever imports app imports everything.', severity: 'error', from: { pathNot: ['^src/(app/|main\\.ts)', '^(test|tools|bench)/', test] }, to: { path: '^src/app/' } },
    { name: 'demo-is-a-stranger', comment: 'The demo agent and estate are separate programs.', severity: 'error', from: { path: '^src/', pathNot: ['^src/demo/', test] }, to: { path: '^src/demo/' } },
    { name: 'src-never-imports-test-kit', comment: 'Test code is not shipped.', severity: 'error', from: { path: '^src/', pathNot: test }, to: { path: '^(test|tools|bench)/' } },

    only('kernel-imports-nothing', 'The vocabulary knows nobody.', '^src/kernel/', '^src/kernel/'),
    { name: 'kernel-needs-only-zod', comment: 'Vocabulary must load anywhere.', severity: 'error', from: { path: '^src/kernel/', pathNot: test }, to: { dependencyTypes: ['npm', 'core'], pathNot: 'node_modules/zod/' } },
    only('ports-see-kernel', 'A port is the outside as we need it; it knows no adapter.', '^src/ports/', '^src/(kernel|ports)/'),
    only('platform-sees-kernel', 'Machinery has no product word.', '^src/platform/', '^src/(kernel|platform)/'),
    only('connectors-see-ports', 'A connector is replaceable: ports, some machinery, its own folder.', '^src/connectors/([^/]+)/', ['^src/(kernel|ports)/', '^src/platform/(http|log|telemetry|crypto|process)/', '^src/connectors/$1/'], ['^src/connectors/local/store[^/]*\\.ts$']),
    only('local-store-alone-has-tables', 'The local forge keeps its issues in our database, in its store files only.', '^src/connectors/local/store[^/]*\\.ts$', ['^src/(kernel|ports)/', '^src/platform/(db|http|log|telemetry|crypto|process)/', '^src/connectors/local/']),
    only('cli-is-an-api-client', 'The command line has no power the API lacks.', '^src/cli/', '^src/(cli|kernel)/'),
    only('demo-stands-alone', 'The demo proves the product from outside.', '^src/demo/', '^src/(demo|kernel)/'),
    only('modules-see-ports-and-platform', 'Modules never name a provider.', '^src/modules/', '^src/(kernel|ports|platform|modules)/'),
    { name: 'one-executor', comment: 'Only the executor may hold a write port; connectors implement them.', severity: 'error', from: { path: '^src/', pathNot: ['^src/modules/actions/', '^src/connectors/', '^src/ports/', test] }, to: { path: '^src/ports/[^/]+-write\\.ts$' } },

    { name: 'modules-meet-at-index', comment: 'The inside of a module is its own.', severity: 'error', from: { path: '^src/modules/([^/]+)/', pathNot: test }, to: { path: '^src/modules/[^/]+/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] } },
    { name: 'app-enters-modules-at-index', comment: 'Same for the composition root.', severity: 'error', from: { path: '^src/app/', pathNot: test }, to: { path: '^src/modules/[^/]+/(?!index\\.ts$)' } },
    { name: 'app-enters-connectors-at-index', comment: 'Same for connectors.', severity: 'error', from: { path: '^src/app/', pathNot: test }, to: { path: '^src/connectors/[^/]+/(?!index\\.ts$)' } },

    only('decisions-are-pure', 'Facts in, decision out.', '^src/modules/([^/]+)/(model|decide|events)', ['^src/(kernel|ports)/', '^src/modules/$1/(model|decide|events)', '^src/modules/[^/]+/index\\.ts$', '^src/platform/(db|workflow)/(index|model)\\.ts$']),
    { name: 'decisions-see-platform-by-type', comment: 'A contract may name Tx; nothing pure may run it.', severity: 'error', from: { path: '^src/modules/([^/]+)/(model|decide|events)', pathNot: test }, to: { path: '^src/platform/', dependencyTypesNot: ['type-only'] } },
    { name: 'decisions-touch-no-node', comment: 'Purity includes the runtime.', severity: 'error', from: { path: ['^src/modules/[^/]+/(model|decide|events|workflow)', '^src/(kernel|ports)/', '^src/connectors/[^/]+/(map|schema)'], pathNot: test }, to: { dependencyTypes: ['core'] } },
    { name: 'decisions-see-other-modules-by-type', comment: 'A decision is tested alone.', severity: 'error', from: { path: '^src/modules/([^/]+)/(decide|events)', pathNot: test }, to: { path: '^src/modules/[^/]+/index\\.ts$', pathNot: '^src/modules/$1/', dependencyTypesNot: ['type-only'] } },
    { name: 'workflows-see-steps-by-type', comment: 'A workflow is replayed; effects come in as steps.', severity: 'error', from: { path: '^src/modules/[^/]+/workflow', pathNot: test }, to: { path: '/(steps|store|commands|queries)[^/]*\\.ts$', dependencyTypesNot: ['type-only'] } },
    { name: 'workflows-see-only-the-engine', comment: 'Same.', severity: 'error', from: { path: '^src/modules/[^/]+/workflow', pathNot: test }, to: { path: '^src/platform/', pathNot: '^src/platform/workflow/' } },
    { name: 'routes-never-reach-the-store', comment: 'HTTP parses and presents; commands and queries do.', severity: 'error', from: { path: '/routes[^/]*\\.ts$' }, to: { path: '/store[^/]*\\.ts$' } },
    { name: 'only-the-store-speaks-sql', comment: 'One place per table.', severity: 'error', from: { path: '^src/modules/', pathNot: ['/store[^/]*$', test] }, to: { path: '^src/platform/db/', dependencyTypesNot: ['type-only'] } },
    { name: 'only-workflow-knows-the-engine', comment: 'The durable engine is one replaceable choice.', severity: 'error', from: { path: '^src/', pathNot: ['^src/platform/workflow/', test] }, to: { path: 'node_modules/@dbos-inc/' } },
    { name: 'map-is-pure', comment: 'Mapping is tested without a network.', severity: 'error', from: { path: '^src/connectors/[^/]+/map', pathNot: test }, to: { path: '^src/', pathNot: ['^src/(kernel|ports)/', '/(schema|map)[^/]*\\.ts$'] } },
    { name: 'web-and-src-are-strangers', comment: 'The console speaks HTTP.', severity: 'error', from: { path: '^web/src/' }, to: { path: '^src/' } },
    { name: 'src-and-web-are-strangers', comment: 'Same.', severity: 'error', from: { path: '^src/' }, to: { path: '^web/' } },
    { name: 'features-are-strangers', comment: 'A feature can be read, and removed, by itself; what two need is ui, api or app.', severity: 'error', from: { path: '^web/src/features/([^/]+)/' }, to: { path: '^web/src/features/', pathNot: '^web/src/features/$1/' } },
    { name: 'design-system-knows-no-feature', comment: 'A button has no product word.', severity: 'error', from: { path: '^web/src/(ui|api)/' }, to: { path: '^web/src/(features|app)/' } },
    { name: 'no-dev-dependencies-at-runtime', comment: 'They are not installed with the package.', severity: 'error', from: { path: '^src/', pathNot: test }, to: { dependencyTypes: ['npm-dev'] } },
  ],
  options: { parser: 'swc', tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' }, skipAnalysisNotInRules: true, enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'], extensions: ['.ts', '.tsx', '.js', '.json'] } },
};
