// Requests of @lvs/netlink as spans of OpenTelemetry.
import { tracingChannel } from 'node:diagnostics_channel';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const channel = tracingChannel('lvs.netlink:request');

/** Makes a span of each request, as a child of the span that is active where it is made. Returns what ends that. */
export function traceRequests(tracer = trace.getTracer('@lvs/netlink')) {
  /** By the object that all events of one request carry. */
  const spans = new WeakMap();

  const finish = (request) => {
    const span = spans.get(request);
    // `end` also comes where a promise has been returned, and the request has not ended.
    if (span === undefined || request.duration === undefined) return;
    spans.delete(request);
    if (request.records !== undefined) span.setAttribute('ipvs.records', request.records);
    if (request.error !== undefined) {
      span.recordException(request.error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: request.error.message });
      span.setAttribute('error.type', request.error.code ?? request.error.name);
    }
    span.end();
  };

  const subscribers = {
    start(request) {
      const attributes = { 'ipvs.verb': request.verb, ...targetOf(request.target) };
      const options = { kind: SpanKind.CLIENT, attributes };
      spans.set(request, tracer.startSpan(`ipvs ${request.verb}`, options, context.active()));
    },
    end: finish,
    asyncStart() {},
    asyncEnd: finish,
    error() {},
  };
  channel.subscribe(subscribers);
  return () => channel.unsubscribe(subscribers);
}

function targetOf(target) {
  if (typeof target !== 'object' || target === null) return {};
  const { address, port, fwmark } = target;
  if (fwmark !== undefined) return { 'ipvs.fwmark': fwmark };
  return address === undefined ? {} : { 'server.address': address, 'server.port': port };
}
