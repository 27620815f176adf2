package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;

/**
 * The server. It is up once {@link #open} returns, and gone, with all streams, once {@link #close}
 * does.
 */
public final class Server implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Server.class.getName());

  /** Kept, because a logger that nobody holds forgets its level. */
  private static final List<Logger> TALKATIVE =
      List.of(Logger.getLogger("org.eclipse.jetty"), Logger.getLogger("io.javalin"));

  private static final Duration CERTIFICATES_READ = Duration.ofSeconds(10);
  private static final int BUFFER = 8 << 10;

  private final Javalin javalin;
  private final Broadcast broadcast;
  private final AutoCloseable subscription;
  private final Optional<Certificates> certificates;
  private final ScheduledExecutorService clockwork;
  private final Optional<ScheduledFuture<?>> reading;
  private final HttpSettings settings;

  private Server(
      Javalin javalin,
      Broadcast broadcast,
      Live live,
      AutoCloseable subscription,
      Optional<Certificates> certificates,
      HttpSettings settings) {
    this.javalin = javalin;
    this.broadcast = broadcast;
    this.subscription = subscription;
    this.certificates = certificates;
    this.settings = settings;
    this.clockwork =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("clockwork").factory());
    long often = Live.PERIOD.toMillis();
    ScheduledFuture<?> _ =
        clockwork.scheduleWithFixedDelay(
            () -> guarded(live::look), often, often, TimeUnit.MILLISECONDS);
    this.reading =
        certificates.map(each ->
            clockwork.scheduleWithFixedDelay(
                each::refresh,
                CERTIFICATES_READ.toSeconds(),
                CERTIFICATES_READ.toSeconds(),
                TimeUnit.SECONDS));
  }

  /**
   * Listens.
   *
   * @param metrics of the node; the server adds its own
   * @throws FailureException when the address cannot be bound, or may not be without tokens
   */
  public static Server open(
      HttpSettings settings, Services services, Metrics metrics, InstantSource clock) {
    TALKATIVE.forEach(each -> each.setLevel(Level.WARNING));
    refuseStrangers(settings);
    Optional<Tokens> tokens = settings.tokens().map(file -> Tokens.open(file, clock));
    Optional<Certificates> certificates = settings.tls().map(Certificates::new);
    Broadcast broadcast = new Broadcast();
    Table table = table(settings, services, metrics, clock, tokens, broadcast);
    Javalin javalin = Javalin.create(config -> configure(config, settings, table, certificates));
    AutoCloseable subscription = services.jobs().subscribe(broadcast::put);
    try {
      javalin.start();
    } catch (RuntimeException e) {
      broadcast.end();
      end(subscription);
      throw new FailureException(unbound(settings, e), e);
    }
    return new Server(javalin, broadcast, table.live(), subscription, certificates, settings);
  }

  /** What fails once is tried again. */
  private static void guarded(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "readings cannot be told", e);
    }
  }

  private record Table(Gate gate, Live live, List<Route> routes) {}

  private static Table table(
      HttpSettings settings,
      Services services,
      Metrics metrics,
      InstantSource clock,
      Optional<Tokens> tokens,
      Broadcast broadcast) {
    Sessions sessions = new Sessions(clock, new SecureRandom());
    Gate gate = new Gate(settings, tokens, sessions, services.audit(), metrics, clock);
    Body body = new Body(settings.limits());
    Streams streams = new Streams(settings.limits().streams(), settings.limits().streamsOfOne());
    metrics.watch(services.queue(), clock);
    metrics.gauge(
        "penstock_http_streams",
        "Streams of events that are open",
        () -> List.of(Metrics.Sample.of(streams.count())));
    JobRoutes jobs = new JobRoutes(services, settings.roots(), body);
    Live live = new Live(services, broadcast, streams);
    return new Table(
        gate,
        live,
        Routes.of(
            jobs,
            new EventRoutes(
                services.jobs(), jobs, broadcast, live, streams, gate, settings.limits()),
            new NodeRoutes(services, gate, body, metrics, settings.version(), clock.instant()),
            new SessionRoutes(gate, sessions, body, settings.tls().isPresent()),
            new Pages()));
  }

  private static void configure(
      JavalinConfig config,
      HttpSettings settings,
      Table table,
      Optional<Certificates> certificates) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.router.ignoreTrailingSlashes = false;
    config.http.prefer405over404 = true;
    config.http.generateEtags = false;
    config.http.maxRequestSize = settings.limits().body();
    config.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
    config.jetty.addConnector((server, _) -> {
      Connector connector = connector(server, settings, certificates);
      server.addBean(new NetworkConnectionLimit(settings.limits().connections(), connector));
      return connector;
    });
    config.jetty.modifyServer(server -> {
      server.setErrorHandler(new Problems.OfJetty());
      server.setStopTimeout(0);
    });
    config.jetty.modifyServletContextHandler(
        handler -> handler.setErrorHandler(new Problems.OfJetty()));
    config.routes.before(table.gate()::enter);
    config.routes.exception(Exception.class, Problems::answer);
    config.routes.exception(io.javalin.http.HttpResponseException.class, Problems::answer);
    for (Route route : table.routes()) {
      var handler = table.gate().guard(route);
      config.routes.addHttpHandler(HandlerType.findOrCreate(route.method()), route.path(), handler);
      if (!route.isMutation()) {
        config.routes.addHttpHandler(HandlerType.HEAD, route.path(), handler);
      }
    }
  }

  private static Connector connector(
      org.eclipse.jetty.server.Server server,
      HttpSettings settings,
      Optional<Certificates> certificates) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(settings.limits().header());
    http.setOutputBufferSize(BUFFER);
    http.setOutputAggregationSize(BUFFER / 2);
    certificates.ifPresent(_ -> http.addCustomizer(new SecureRequestCustomizer(false)));
    HttpConnectionFactory clear = new HttpConnectionFactory(http);
    ServerConnector connector =
        certificates
            .map(each ->
                new ServerConnector(
                    server, new SslConnectionFactory(each.factory(), clear.getProtocol()), clear))
            .orElseGet(() -> new ServerConnector(server, clear));
    connector.setHost(settings.address());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.limits().idle().toMillis());
    return connector;
  }

  private static void refuseStrangers(HttpSettings settings) {
    if (settings.tokens().isPresent() || isLoopback(settings.address())) {
      if (settings.tls().isEmpty() && !isLoopback(settings.address())) {
        LOG.warning(
            "tokens go over the network in clear text: configure TLS, or a proxy that has it");
      }
      return;
    }
    throw new FailureException(
        new Failure.HostMisconfigured(
            new Failure.Diagnosis(
                "address " + settings.address(),
                Stage.OPEN,
                "is not bound",
                "it can be reached from elsewhere, and there are no tokens",
                "make a token first: penstock tokens create NAME; or bind "
                    + HttpSettings.LOOPBACK
                    + " and put a proxy before it")));
  }

  private static boolean isLoopback(String address) {
    try {
      InetAddress[] all = InetAddress.getAllByName(address);
      return java.util.Arrays.stream(all).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      throw new FailureException(
          new Failure.HostMisconfigured(
              new Failure.Diagnosis(
                  "address " + address,
                  Stage.OPEN,
                  "is not known",
                  "it has no IP address",
                  "name one of this machine")),
          e);
    }
  }

  private static Failure unbound(HttpSettings settings, Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return new Failure.HostMisconfigured(
        new Failure.Diagnosis(
            settings.address() + ":" + settings.port(),
            Stage.OPEN,
            "cannot be bound",
            String.valueOf(cause.getMessage()),
            "end what listens there, or choose another port"));
  }

  public int port() {
    return javalin.port();
  }

  /** Where it is reached. */
  public String url() {
    String host =
        settings.address().contains(":") ? "[" + settings.address() + "]" : settings.address();
    return (certificates.isPresent() ? "https://" : "http://") + host + ":" + port();
  }

  /** Reads the certificate again if its files changed; done every 10 s anyhow. */
  public void refreshCertificate() {
    certificates.ifPresent(Certificates::refresh);
  }

  @Override
  public void close() {
    reading.ifPresent(each -> each.cancel(false));
    clockwork.shutdownNow();
    broadcast.end();
    end(subscription);
    javalin.stop();
  }

  private static void end(AutoCloseable subscription) {
    try {
      subscription.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, "a subscription did not end", e);
    }
  }
}
