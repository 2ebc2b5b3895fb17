// Some requests, and the spans that OpenTelemetry has of them. On a simulated director; `--kernel` takes this machine's.
import { Ipvs } from '@lvs/netlink';
import { Simulator } from '@lvs/netlink/simulator';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { traceRequests } from './opentelemetry.mjs';

// A program of your own sends them to a collector: OTLPTraceExporter.
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
trace.setGlobalTracerProvider(provider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const stop = traceRequests();

const web = { protocol: 'tcp', address: '192.0.2.1', port: 80 };
const ipvs = process.argv.includes('--kernel') ? await Ipvs.open() : await new Simulator().open();
await trace.getTracer('example').startActiveSpan('deploy', async (span) => {
  await ipvs.addService({ ...web, scheduler: 'rr' });
  const destinations = ['192.0.2.8', '192.0.2.9'].map((address) => {
    return { op: 'addDestination', service: web, destination: { address, port: 80, forward: 'masq' } };
  });
  await ipvs.batch(destinations);
  await ipvs.addService({ ...web, scheduler: 'rr' }).catch(() => {});
  span.end();
});
await ipvs.table();
await ipvs.deleteService(web);
await ipvs.close();
stop();

const spans = exporter.getFinishedSpans();
const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
for (const { name, attributes, parentSpanContext, status } of spans) {
  const parent = names.get(parentSpanContext?.spanId) ?? null;
  console.log(JSON.stringify({ name, parent, attributes, error: status.message ?? null }));
}
