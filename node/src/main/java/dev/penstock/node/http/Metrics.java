package dev.penstock.node.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** The figures of the node, for Prometheus. Other parts register theirs. Any thread. */
public final class Metrics {
  public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;
  private static final double NANOS = Duration.ofSeconds(1).toNanos();

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Set<String> names = ConcurrentHashMap.newKeySet();
  private final List<Supplier<String>> pages = new CopyOnWriteArrayList<>();
  private final Counter requests =
      counter(
          "penstock_http_requests_total",
          "Requests that were answered",
          "method",
          "route",
          "status");
  private final Histogram times =
      histogram(
          "penstock_http_request_seconds",
          "From a request's headers to the end of its answer; streams are left out",
          List.of(0.001, 0.005, 0.02, 0.05, 0.2, 1.0, 5.0),
          "route");

  /**
   * One value.
   *
   * @param labels their values, in the order of their names
   */
  public record Sample(double value, List<String> labels) {
    public Sample {
      labels = List.copyOf(labels);
    }

    public static Sample of(double value, String... labels) {
      return new Sample(value, List.of(labels));
    }
  }

  /** All that were registered by the methods here, whether there are samples or not. */
  public Set<String> names() {
    return Set.copyOf(names);
  }

  /** For what the methods here do not do. */
  public PrometheusRegistry registry() {
    return registry;
  }

  public Counter counter(String name, String help, String... labels) {
    names.add(name);
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  /**
   * A histogram with these buckets.
   *
   * @param bounds of the buckets, ascending
   */
  public Histogram histogram(String name, String help, List<Double> bounds, String... labels) {
    names.add(name);
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .classicOnly()
        .classicUpperBounds(bounds.stream().mapToDouble(Double::doubleValue).toArray())
        .register(registry);
  }

  /** A gauge that is read at each scrape; what is not known has no sample. */
  public void gauge(String name, String help, Supplier<List<Sample>> read, String... labels) {
    names.add(name);
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .callback(callback ->
            read.get()
                .forEach(each -> callback.call(each.value(), each.labels().toArray(String[]::new))))
        .register(registry);
  }

  /** The same of what only grows. */
  public void counterOf(String name, String help, Supplier<List<Sample>> read, String... labels) {
    names.add(name);
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .callback(callback ->
            read.get()
                .forEach(each -> callback.call(each.value(), each.labels().toArray(String[]::new))))
        .register(registry);
  }

  /** Figures that somebody else has in the text format; they come last. */
  public void append(Supplier<String> page) {
    pages.add(page);
  }

  /** Jobs by state and class, and how long the oldest has been queued. */
  void watch(QueueFacts queue, InstantSource clock) {
    gauge(
        "penstock_jobs",
        "Jobs in each state",
        () ->
            queue.counts().stream()
                .map(each -> Sample.of((double) each.jobs(), each.state(), each.jobClass().label()))
                .toList(),
        "state",
        "class");
    gauge(
        "penstock_queue_age_seconds",
        "How long the oldest queued job has been so",
        () ->
            queue.oldest().entrySet().stream()
                .map(each ->
                    Sample.of(
                        Duration.between(each.getValue(), clock.instant()).toMillis() / 1000.0,
                        each.getKey().label()))
                .toList(),
        "class");
  }

  void answered(Route route, int status, long nanos) {
    requests
        .labelValues(
            route.method().toLowerCase(Locale.ROOT), route.template(), Integer.toString(status))
        .inc();
    if (!route.produces().contains(Route.SSE)) {
      times.labelValues(route.template()).observe(nanos / NANOS);
    }
  }

  /** Text format 0.0.4. */
  public void write(OutputStream out) throws IOException {
    PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
    for (Supplier<String> page : pages) {
      out.write(page.get().getBytes(StandardCharsets.UTF_8));
    }
  }
}
