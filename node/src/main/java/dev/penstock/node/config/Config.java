package dev.penstock.node.config;

import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Urgency;
import dev.penstock.node.around.Afterwards;
import dev.penstock.node.around.Around;
import dev.penstock.node.http.HttpSettings;
import dev.penstock.node.log.LogSettings;
import dev.penstock.node.text.MistakenException;
import dev.penstock.node.text.Mistakes;
import dev.penstock.node.text.Value;
import dev.penstock.node.text.ValueReader;
import dev.penstock.node.worker.Backoff;
import dev.penstock.node.worker.Launch;
import dev.penstock.planner.admission.Policy;
import dev.penstock.planner.placement.Packing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that an operator decides. Each component is a key of {@code penstock.yaml}; what the keys
 * mean is said there.
 */
public record Config(
    Optional<Path> data,
    Http http,
    @AtOnce Admission admission,
    Workers workers,
    @AtOnce Retries retries,
    @AtOnce Log log,
    @AtOnce List<Watch> watch,
    @AtOnce Webhooks webhooks,
    @AtOnce Retention retention) {
  static final String DOCS = "docs/daemon.md";

  private static final String DEFAULTS = "penstock.yaml";
  private static final int MOST_BYTES = 1 << 20;

  public record Http(
      String address,
      @Range(least = "0", most = "65535") int port,
      @SecretFile Optional<Path> tokens,
      Tls tls,
      List<String> hosts,
      Roots roots,
      Sources sources,
      Limits limits) {}

  /** Files that are read again when they change. */
  public record Tls(Optional<Path> certificates, @SecretFile Optional<Path> key) {}

  public record Roots(List<Path> read, List<Path> write) {}

  public record Sources(List<String> protocols, List<String> hosts) {}

  public record Limits(
      @Range(least = "1KiB", most = "64MiB") Bytes body,
      @Range(least = "1KiB", most = "1MiB") Bytes headers,
      @Range(least = "1s", most = "1h") Duration bodyTime,
      @Range(least = "1s", most = "1h") Duration idle,
      @Range(least = "1", most = "100000") int connections,
      @Range(least = "1", most = "1000000") int requestsPerSecond,
      @Range(least = "1", most = "10000") int failedLoginsPerMinute,
      @Range(least = "1", most = "100000") int streams,
      @Range(least = "1", most = "100000") int streamsPerClient,
      @Range(least = "1s", most = "10m") Duration heartbeat,
      @Range(least = "100", most = "1000000") int lag) {}

  public record Admission(
      Thresholds limits,
      @Range(least = "0%", most = "90%") Percent reserve,
      @Range(least = "0%", most = "100%") Percent unread,
      Policy.Unread failing,
      @Range(least = "0%", most = "100%") Percent conceded,
      @Range(least = "2s", most = "10m") Duration stale,
      Packing placement,
      @Range(least = "1%", most = "100%") Percent leastPace,
      @Range(least = "1s", most = "30d") Duration patience,
      @Range(least = "5s", most = "1h") Duration lease,
      @Range(least = "0B", most = "64GiB") Bytes context,
      Assumed assumed,
      Map<String, List<String>> pinned,
      List<String> exclusive) {}

  public record Thresholds(
      @Range(least = "1%", most = "100%") Percent vram,
      @Range(least = "1%", most = "100%") Percent encoder,
      @Range(least = "1%", most = "100%") Percent decoder,
      @Range(least = "1%", most = "100%") Percent sm,
      @Range(least = "1%", most = "100%") Percent bus,
      @Range(least = "1%", most = "100%") Percent processor) {}

  public record Assumed(
      @Range(least = "1", most = "16") int engines,
      @Range(least = "64MiB", most = "1TiB") Bytes vram,
      @Range(least = "1MB", most = "1TB") Bytes bus,
      @Range(least = "1", most = "1000") int sessions) {}

  public record Workers(
      @Range(least = "1", most = "1024") Count software,
      @Range(least = "0", most = "19") int niceness,
      @Range(least = "64", most = "1000000") Optional<Integer> files,
      @Range(least = "256MiB", most = "16TiB") Optional<Bytes> memory,
      Timeouts timeouts,
      Restarts restarts) {}

  public record Timeouts(
      @Range(least = "1s", most = "1h") Duration start,
      @Range(least = "100ms", most = "1m") Duration heartbeat,
      @Range(least = "1s", most = "1h") Duration silence,
      @Range(least = "1s", most = "1d") Duration opening,
      @Range(least = "1s", most = "1d") Duration stall,
      @Range(least = "1s", most = "7d") Duration finishing,
      @Range(least = "1s", most = "1h") Duration letGo,
      @Range(least = "1s", most = "1h") Duration death,
      @Range(least = "1s", most = "30d") Duration idle) {}

  public record Restarts(
      @Range(least = "10ms", most = "1h") Duration first,
      @Range(least = "10ms", most = "1d") Duration longest,
      @Range(least = "1s", most = "1d") Duration stable) {}

  public record Retries(
      @Range(least = "1", most = "100") int attempts,
      @Range(least = "0s", most = "1h") Duration first,
      @Range(least = "0s", most = "1d") Duration longest,
      @Range(least = "1", most = "16") int devices) {}

  public record Log(
      LogSettings.Format format,
      LogSettings.Level level,
      Optional<Path> file,
      @Range(least = "4KiB", most = "1TiB") Bytes size,
      @Range(least = "0", most = "1000") int count) {}

  public record Watch(
      Path folder,
      List<String> patterns,
      @Usual("10s") @Range(least = "0s", most = "1d") Duration settle,
      Path job,
      Path out,
      @Usual("default") String tenant,
      @Named("class") @Usual("batch") Urgency jobClass,
      @Usual("50") @Range(least = "0", most = "100") int priority,
      Map<String, String> labels,
      @Usual("keep") After afterwards,
      Optional<Path> moveTo) {}

  /** What becomes of a watched file whose job is done. */
  public enum After {
    KEEP,
    MOVE,
    DELETE
  }

  public record Webhooks(
      @SecretFile Optional<Path> secret,
      List<String> hosts,
      boolean privateAddresses,
      @Range(least = "1", most = "100") int attempts,
      @Range(least = "1s", most = "5m") Duration timeout,
      @Range(least = "1s", most = "1h") Duration first,
      @Range(least = "1s", most = "7d") Duration longest) {}

  public record Retention(
      @Range(least = "1m", most = "36500d") Duration jobs,
      @Range(least = "1m", most = "36500d") Duration crashes,
      @Range(least = "1d", most = "36500d") Duration audit,
      @Range(least = "0B", most = "1TiB") Bytes floor) {}

  // ---- reading

  /** The file that ships: all keys with what they are when nobody says otherwise. */
  public static String defaults() {
    try (InputStream in = Config.class.getResourceAsStream(DEFAULTS)) {
      return new String(
          java.util.Objects.requireNonNull(in, DEFAULTS).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What holds without a file. */
  public static Config standard() {
    return parse(DEFAULTS, "", Map.of());
  }

  /**
   * What a file says; the defaults hold for the rest.
   *
   * @param environment that paths may refer to, as in {@code ${STATE_DIRECTORY}/tokens}
   * @throws MistakenException with all of its mistakes
   */
  public static Config read(Path file, Map<String, String> environment) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw unreadable(file, "has more than " + MOST_BYTES + " bytes");
      }
      return parse(file.toString(), Files.readString(file), environment);
    } catch (java.nio.file.NoSuchFileException e) {
      throw unreadable(file, "is not there");
    } catch (java.nio.charset.CharacterCodingException e) {
      throw unreadable(file, "is not UTF-8");
    } catch (IOException e) {
      throw unreadable(file, "cannot be read: " + e.getMessage());
    }
  }

  private static MistakenException unreadable(Path file, String why) {
    Mistakes mistakes = new Mistakes(DOCS);
    mistakes.add(1, "", why, "penstock serve --print-config prints one to begin with");
    return new MistakenException(file.toString(), mistakes);
  }

  /**
   * The same of a text.
   *
   * @param name of it, for messages
   */
  public static Config parse(String name, String text, Map<String, String> environment) {
    Mistakes mistakes = new Mistakes(DOCS);
    Value.Keyed user = keyed(text, mistakes);
    Value.Keyed defaults = keyed(defaults(), new Mistakes(DOCS));
    Optional<Config> config =
        new Binder(environment, mistakes).bind(Config.class, user, Optional.of(defaults), "");
    config.ifPresent(each -> each.check(user, mistakes));
    return config
        .filter(_ -> mistakes.none())
        .orElseThrow(() -> new MistakenException(name, mistakes));
  }

  /** The keys of a text; none where it says nothing. */
  static Value.Keyed keyed(String text, Mistakes mistakes) {
    Value root =
        ValueReader.read(text, ValueReader.Form.YAML, mistakes).orElse(new Value.Nothing(1));
    return switch (root) {
      case Value.Keyed keyed -> keyed;
      case Value.Nothing(int line) -> new Value.Keyed(line, Map.of());
      case Value.Scalar _, Value.Items _ -> {
        mistakes.add(root.line(), "", "holds " + root.noun(), "write key: value");
        yield new Value.Keyed(root.line(), Map.of());
      }
    };
  }

  /** What one key alone cannot say. */
  private void check(Value.Keyed user, Mistakes mistakes) {
    if (http.tls.certificates.isPresent() != http.tls.key.isPresent()) {
      mistakes.add(
          line(user, "http"), "http.tls", "names one of two files", "name certificates and key");
    }
    try {
      Object _ = roots();
    } catch (dev.penstock.model.FailureException e) {
      mistakes.add(
          line(user, "http"),
          "http.sources.protocols",
          e.failure().diagnosis().line(),
          e.failure().diagnosis().nextStep());
    }
    for (int i = 0; i < watch.size(); i++) {
      Watch each = watch.get(i);
      String place = "watch[" + i + "]";
      if ((each.afterwards == After.MOVE) != each.moveTo.isPresent()) {
        mistakes.add(
            line(user, "watch"),
            place + ".move-to",
            each.moveTo.isPresent() ? "is not wanted" : "is missing",
            "it goes with afterwards: move, and with that alone");
      }
    }
    if (workers.timeouts.heartbeat.multipliedBy(2).compareTo(workers.timeouts.silence) > 0) {
      mistakes.add(
          line(user, "workers"),
          "workers.timeouts.silence",
          "is less than two heartbeats",
          "make it longer");
    }
  }

  private static int line(Value.Keyed user, String section) {
    Value.Entry entry = user.entries().get(section);
    return entry == null ? 1 : entry.line();
  }

  // ---- what the parts are told

  /** With another folder of data, for what the command line says. */
  public Config withData(Path folder) {
    return new Config(
        Optional.of(folder), http, admission, workers, retries, log, watch, webhooks, retention);
  }

  /** With another address. */
  public Config withAddress(String address) {
    return withHttp(address, http.port, http.roots);
  }

  /** With another port. */
  public Config withPort(int port) {
    return withHttp(http.address, port, http.roots);
  }

  /** With these folders alone to read and write. */
  public Config withRoots(List<Path> folders) {
    return withHttp(http.address, http.port, new Roots(folders, folders));
  }

  private Config withHttp(String address, int port, Roots roots) {
    Http other =
        new Http(
            address, port, http.tokens, http.tls, http.hosts, roots, http.sources, http.limits);
    return new Config(data, other, admission, workers, retries, log, watch, webhooks, retention);
  }

  /** With all that there is to say in the log. */
  public Config withLevel(LogSettings.Level level) {
    return new Config(
        data,
        http,
        admission,
        workers,
        retries,
        new Log(log.format, level, log.file, log.size, log.count),
        watch,
        webhooks,
        retention);
  }

  /**
   * The file of tokens: the one that is named, or the usual one where it is there.
   *
   * @param folder of data
   */
  public Optional<Path> tokens(Path folder) {
    return http.tokens.or(() -> Optional.of(usualTokens(folder)).filter(Files::exists));
  }

  /** Where tokens are kept when nobody says otherwise. */
  public static Path usualTokens(Path folder) {
    return folder.resolve("tokens");
  }

  /**
   * How the server is reached.
   *
   * @param folder of data
   * @param version of Penstock
   */
  public HttpSettings http(Path folder, String version) {
    return new HttpSettings(
        http.address,
        http.port,
        tokens(folder),
        http.tls.certificates.flatMap(
            chain -> http.tls.key.map(key -> new HttpSettings.Tls(chain, key))),
        Set.copyOf(http.hosts),
        roots(),
        requests(),
        version);
  }

  /** What jobs may touch. */
  public dev.penstock.node.http.Roots roots() {
    Set<String> hosts = new HashSet<>();
    http.sources.hosts.forEach(each -> hosts.add(each.toLowerCase(Locale.ROOT)));
    return new dev.penstock.node.http.Roots(
        http.roots.read, http.roots.write, Set.copyOf(http.sources.protocols), hosts);
  }

  private HttpSettings.Limits requests() {
    Limits all = http.limits;
    return new HttpSettings.Limits(
        (int) all.body.count(),
        (int) all.headers.count(),
        all.bodyTime,
        all.idle,
        all.connections,
        all.requestsPerSecond,
        all.failedLoginsPerMinute,
        all.streams,
        all.streamsPerClient,
        all.heartbeat,
        all.lag);
  }

  public Policy policy() {
    Map<Dimension, Integer> limits = new EnumMap<>(Dimension.class);
    limits.put(Dimension.ENCODER, admission.limits.encoder.value());
    limits.put(Dimension.DECODER, admission.limits.decoder.value());
    limits.put(Dimension.SHADERS, admission.limits.sm.value());
    limits.put(Dimension.MEMORY, admission.limits.vram.value());
    limits.put(Dimension.BUS, admission.limits.bus.value());
    limits.put(Dimension.CORES, admission.limits.processor.value());
    Map<String, Set<String>> pinned = new TreeMap<>();
    admission.pinned.forEach((tenant, gpus) -> pinned.put(tenant, Set.copyOf(gpus)));
    return new Policy(
        limits,
        admission.reserve.value(),
        admission.unread.value(),
        new Policy.Assumed(
            admission.assumed.engines,
            admission.assumed.vram.count(),
            admission.assumed.bus.count(),
            admission.assumed.sessions),
        admission.context.count(),
        admission.leastPace.value(),
        admission.patience,
        admission.lease,
        admission.stale,
        admission.placement,
        new Policy.Tenancy(pinned, Set.copyOf(admission.exclusive)),
        admission.failing,
        admission.conceded.value());
  }

  public dev.penstock.node.worker.Timeouts timeouts() {
    Timeouts all = workers.timeouts;
    return new dev.penstock.node.worker.Timeouts(
        all.start,
        all.heartbeat,
        all.silence,
        all.opening,
        all.stall,
        all.finishing,
        all.letGo,
        all.death,
        all.idle);
  }

  public Backoff backoff() {
    return new Backoff(workers.restarts.first, workers.restarts.longest, workers.restarts.stable);
  }

  /** What each worker may take: of memory, in a control group where one can be made. */
  public Launch.Limits limits() {
    return new Launch.Limits(
        OptionalInt.of(workers.niceness),
        number(workers.files.map(Integer::longValue)),
        number(workers.memory.map(Bytes::count)));
  }

  private static OptionalLong number(Optional<Long> value) {
    return value.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  public dev.penstock.node.Retries retrying() {
    return new dev.penstock.node.Retries(
        retries.attempts, retries.first, retries.longest, retries.devices);
  }

  public LogSettings logs() {
    return new LogSettings(log.format, log.level, log.file, log.size.count(), log.count);
  }

  public Around.Settings around() {
    return new Around.Settings(
        watch.stream().map(Config::folder).toList(),
        new dev.penstock.node.around.Webhooks.Settings(
            webhooks.secret,
            webhooks.hosts,
            webhooks.privateAddresses,
            webhooks.attempts,
            webhooks.timeout,
            webhooks.first,
            webhooks.longest),
        new dev.penstock.node.around.Retention.Settings(
            retention.jobs, retention.crashes, retention.audit, retention.floor.count()));
  }

  private static dev.penstock.node.around.WatchFolder.Settings folder(Watch each) {
    return new dev.penstock.node.around.WatchFolder.Settings(
        each.folder,
        each.patterns.isEmpty() ? List.of("*") : each.patterns,
        each.settle,
        each.job,
        each.out,
        each.tenant,
        each.jobClass,
        each.priority,
        each.labels,
        switch (each.afterwards) {
          case KEEP -> new Afterwards.Keep();
          case MOVE -> new Afterwards.Move(each.moveTo.orElseThrow());
          case DELETE -> new Afterwards.Delete();
        });
  }
}
