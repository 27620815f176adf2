package dev.penstock.node.around;

import dev.penstock.model.FailureException;
import dev.penstock.node.JobEvent;
import dev.penstock.node.JobRecord;
import dev.penstock.node.http.Destinations;
import dev.penstock.node.http.Hooks;
import dev.penstock.node.http.JobView;
import dev.penstock.node.journal.Deliveries;
import dev.penstock.node.journal.Deliveries.Delivery;
import dev.penstock.node.journal.Journal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSocketFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells webhooks of the ends of jobs, each at least once and those of a job in order. What is to be
 * told is in the journal until it was; the id of a message stays the same however often it is sent.
 *
 * <p>One thread looks for what is due; each message is sent on a virtual thread of its own.
 */
public final class Webhooks implements Hooks, AutoCloseable {
  /**
   * How they are told.
   *
   * @param secret file with the keys of the signatures; without one nothing is signed
   * @param hosts that may be told whatever their addresses are
   * @param privateAddresses whether addresses of this machine and of private networks may be told
   * @param attempts before a delivery is given up
   * @param timeout of an attempt
   * @param first delay after a failure; doubles with each
   * @param longest delay
   */
  public record Settings(
      Optional<Path> secret,
      List<String> hosts,
      boolean privateAddresses,
      int attempts,
      Duration timeout,
      Duration first,
      Duration longest) {
    public static final Settings STANDARD =
        new Settings(
            Optional.empty(),
            List.of(),
            false,
            12,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofHours(6));

    public Settings {
      hosts = List.copyOf(hosts);
    }
  }

  private static final int AT_ONCE = 64;
  private static final int AT_ONCE_OF_A_HOST = 8;
  private static final int AT_ONCE_OF_A_TENANT = 32;
  private static final int LOOKED_AT = 256;
  private static final int MOST_DOUBLINGS = 20;
  private static final Duration LONGEST_NAP = Duration.ofSeconds(30);
  private static final Duration NAP_WHILE_BUSY = Duration.ofSeconds(1);
  private static final Duration REST_AFTER_TROUBLE = Duration.ofSeconds(10);
  private static final JsonMapper JSON = new JsonMapper();
  private static final int OK = 2;
  private static final int REDIRECT = 3;
  private static final int GONE = 410;

  /** What the settings have become. */
  record Setup(Settings settings, Destinations destinations, Optional<Signature> key) {}

  private final Journal journal;
  private final Deliveries deliveries;
  private final Destinations.Names names;
  private final SSLSocketFactory tls;
  private final RandomGenerator chance;
  private final InstantSource clock;
  private final Consumer<String> log;
  private final Map<Long, Delivery> sending = new ConcurrentHashMap<>();
  private final Semaphore woken = new Semaphore(0);
  private final AutoCloseable events;
  private final Thread owner;
  private volatile Setup setup;
  private volatile boolean closing;

  Webhooks(
      Settings settings,
      Journal journal,
      Destinations.Names names,
      SSLSocketFactory tls,
      RandomGenerator chance,
      InstantSource clock,
      Consumer<String> log) {
    this.setup = setup(settings, names);
    this.journal = journal;
    this.deliveries = journal.deliveries();
    this.names = names;
    this.tls = tls;
    this.chance = chance;
    this.clock = clock;
    this.log = log;
    this.owner = Thread.ofPlatform().daemon().name("webhooks").unstarted(this::run);
    this.events = journal.subscribe(this::heard);
  }

  /** Tells from now on; once. */
  void begin() {
    owner.start();
  }

  /**
   * Takes other settings for all that is sent from now on.
   *
   * @throws FailureException when the secret cannot be read; then nothing changes
   */
  void change(Settings settings) {
    change(prepared(settings));
  }

  /**
   * What the settings will become; nothing changes by it.
   *
   * @throws FailureException when the secret cannot be read
   */
  Setup prepared(Settings settings) {
    return setup(settings, names);
  }

  /** Takes what was prepared. */
  void change(Setup prepared) {
    setup = prepared;
    wake();
  }

  private static Setup setup(Settings settings, Destinations.Names names) {
    return new Setup(
        settings,
        new Destinations(settings.hosts(), settings.privateAddresses(), names),
        settings.secret().map(Signature::read));
  }

  private void heard(JobEvent event) {
    switch (event.kind()) {
      case "job.done", "job.failed", "job.cancelled", "job.quarantined" -> wake();
      default -> {}
    }
  }

  /** Has it look at once. */
  void wake() {
    woken.release();
  }

  // ---- looking for what is due

  private void run() {
    while (!closing) {
      try {
        beginDue();
        boolean _ = woken.tryAcquire(nap().toMillis(), TimeUnit.MILLISECONDS);
        int _ = woken.drainPermits();
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        log.accept("webhooks: " + e.getMessage());
        rest();
      }
    }
  }

  /** Past those whose host or tenant has enough: others must not wait for them. */
  private void beginDue() {
    Instant now = clock.instant();
    Optional<Delivery> last = Optional.empty();
    do {
      List<Delivery> page = deliveries.due(now, last, LOOKED_AT);
      page.forEach(this::begin);
      last = page.size() < LOOKED_AT ? Optional.empty() : Optional.of(page.getLast());
    } while (last.isPresent() && sending.size() < AT_ONCE && !closing);
  }

  /** After trouble with the journal, which tells of it at length. */
  private void rest() {
    try {
      boolean _ = woken.tryAcquire(LONGEST_NAP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      closing = true;
    }
  }

  private Duration nap() {
    Duration until =
        deliveries.nextDue().map(at -> Duration.between(clock.instant(), at)).orElse(LONGEST_NAP);
    // What is due is being sent, or waits for its host; the end of a sending wakes.
    Duration atLeast = until.isPositive() ? until : NAP_WHILE_BUSY;
    return atLeast.compareTo(LONGEST_NAP) < 0 ? atLeast : LONGEST_NAP;
  }

  private void begin(Delivery delivery) {
    boolean isNext =
        sending.size() < AT_ONCE
            && sending.values().stream()
                    .filter(each -> host(each.url()).equals(host(delivery.url())))
                    .count()
                < AT_ONCE_OF_A_HOST
            && sending.values().stream()
                    .filter(each -> each.tenant().equals(delivery.tenant()))
                    .count()
                < AT_ONCE_OF_A_TENANT
            && sending.values().stream().noneMatch(each -> each.job().equals(delivery.job()));
    if (isNext && sending.putIfAbsent(delivery.number(), delivery) == null) {
      var _ = Thread.ofVirtual().name("webhook-" + delivery.number()).start(() -> send(delivery));
    }
  }

  private static String host(URI url) {
    return url.getHost() + ":" + url.getPort();
  }

  // ---- one message

  /** How an attempt ended. */
  private sealed interface End {
    record Told() implements End {}

    record Failed(String why, Optional<Duration> wanted, boolean isFinal) implements End {}
  }

  private void send(Delivery delivery) {
    try {
      settle(delivery, attempt(delivery));
    } catch (RuntimeException e) {
      // The journal did not take it; it stays due, and the same id is sent again.
      log.accept("webhook of job " + delivery.job() + ": " + e.getMessage());
      restBeforeNext();
    } finally {
      var _ = sending.remove(delivery.number());
      wake();
    }
  }

  /** So that what cannot be noted is not sent as fast as it can be. */
  private static void restBeforeNext() {
    try {
      Thread.sleep(REST_AFTER_TROUBLE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void settle(Delivery delivery, End end) {
    if (closing) {
      return;
    }
    switch (end) {
      case End.Told _ -> deliveries.succeeded(delivery.number());
      case End.Failed failed -> {
        Settings settings = setup.settings();
        boolean isGivenUp = failed.isFinal() || delivery.attempts() + 1 >= settings.attempts();
        Optional<Instant> next =
            isGivenUp
                ? Optional.empty()
                : Optional.of(clock.instant().plus(delay(settings, delivery, failed.wanted())));
        deliveries.failed(delivery.number(), failed.why(), next);
        if (isGivenUp) {
          log.accept("webhook of job " + delivery.job() + " is given up: " + failed.why());
        }
      }
    }
  }

  /** Between half of it and all of it, so that those that failed together do not return so. */
  private Duration delay(Settings settings, Delivery delivery, Optional<Duration> wanted) {
    int doublings = Math.min(delivery.attempts(), MOST_DOUBLINGS);
    Duration full = shorter(settings.first().multipliedBy(1L << doublings), settings.longest());
    Duration half = full.dividedBy(2);
    Duration own = half.plusMillis((long) (chance.nextDouble() * half.toMillis()));
    return wanted
        .map(each -> shorter(each, settings.longest()))
        .filter(each -> each.compareTo(own) > 0)
        .orElse(own);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Whatever goes wrong in it counts as an attempt: otherwise it would stay due for ever. */
  private End attempt(Delivery delivery) {
    try {
      return tried(delivery);
    } catch (RuntimeException | Error e) {
      return failed("it cannot be sent: " + e);
    }
  }

  private End tried(Delivery delivery) {
    Setup now = setup;
    return switch (now.destinations().verdict(delivery.url())) {
      case Destinations.Verdict.Refused(String why) -> failed("it may not be told: " + why);
      case Destinations.Verdict.Unknown(String why) -> failed(why);
      case Destinations.Verdict.Allowed allowed -> post(now, delivery, allowed);
    };
  }

  private static End failed(String why) {
    return new End.Failed(why, Optional.empty(), false);
  }

  private End post(Setup now, Delivery delivery, Destinations.Verdict.Allowed allowed) {
    Optional<JobRecord> job = journal.find(delivery.job());
    if (job.isEmpty()) {
      return new End.Failed("the job is forgotten", Optional.empty(), true);
    }
    String id = id(delivery);
    byte[] body = body(id, delivery, job.get());
    long timestamp = clock.instant().getEpochSecond();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "Penstock");
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", Long.toString(timestamp));
    now.key().ifPresent(key -> headers.put("webhook-signature", key.of(id, timestamp, body)));
    try {
      Post post = new Post(tls, now.settings().timeout());
      return end(post.send(delivery.url(), allowed.address(), headers, body));
    } catch (IOException e) {
      return failed(Optional.ofNullable(e.getMessage()).orElse(e.toString()));
    }
  }

  private static String id(Delivery delivery) {
    return delivery.job() + "-" + delivery.sequence();
  }

  /** The event, and the job as it is by now. */
  private byte[] body(String id, Delivery delivery, JobRecord job) {
    Optional<JobEvent> event =
        journal.events(delivery.sequence() - 1, Optional.of(job.id()), 1).stream()
            .filter(each -> each.sequence() == delivery.sequence())
            .findFirst();
    ObjectNode body = JSON.createObjectNode();
    body.put("id", id);
    body.put("event", event.map(JobEvent::kind).orElse("job." + job.state().label()));
    body.put("sequence", delivery.sequence());
    event.ifPresent(each -> body.put("at", each.at().toString()));
    body.put("state", job.state().label());
    body.set("job", JobView.outward(job));
    return JSON.writeValueAsBytes(body);
  }

  private End end(Post.Answer answer) {
    int kind = answer.status() / 100;
    if (kind == OK) {
      return new End.Told();
    }
    String why =
        "it answered "
            + answer.status()
            + (kind == REDIRECT ? ", and redirects are not followed" : "");
    return new End.Failed(why, answer.retryAfter().flatMap(this::wanted), answer.status() == GONE);
  }

  /** Seconds, or a date. */
  private Optional<Duration> wanted(String retryAfter) {
    if (retryAfter.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter)));
    }
    try {
      Instant at =
          ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(clock.instant(), at));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  // ---- what the server asks

  @Override
  public Optional<String> refusal(URI url) {
    return switch (setup.destinations().verdict(url)) {
      case Destinations.Verdict.Refused(String why) -> Optional.of(why);
      // Names may come to be; until then the delivery says what it lacks.
      case Destinations.Verdict.Unknown _, Destinations.Verdict.Allowed _ -> Optional.empty();
    };
  }

  @Override
  public List<Dead> dead(Optional<String> tenant, int limit) {
    return deliveries.dead(tenant, limit).stream()
        .map(each ->
            new Dead(
                each.number(),
                each.job().value(),
                each.sequence(),
                each.url(),
                each.attempts(),
                each.last().orElse("")))
        .toList();
  }

  @Override
  public boolean again(long number, Optional<String> tenant) {
    boolean isDue = deliveries.again(number, tenant);
    wake();
    return isDue;
  }

  @Override
  public boolean drop(long number, Optional<String> tenant) {
    return deliveries.drop(number, tenant);
  }

  /** What is being sent is not waited for; it is sent again by the next. */
  @Override
  public void close() {
    closing = true;
    owner.interrupt();
    try {
      owner.join();
      events.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("a subscription does not end", e);
    }
  }
}
