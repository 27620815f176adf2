package dev.penstock.node.http;

import dev.penstock.model.FailureException;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Lets requests in: from whom, for whom, how many. Any thread. */
final class Gate {
  private static final Logger LOG = Logger.getLogger(Gate.class.getName());

  /** Lines of the log a second. */
  private static final double STRANGERS_TOLD = 0.1;

  private static final double STRANGERS_AT_ONCE = 10;
  static final String COOKIE = "penstock_session";
  private static final String BEARER = "bearer ";
  private static final List<String> CHANGING = List.of("POST", "PUT", "PATCH", "DELETE");
  private static final String PAGE_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self' blob:;"
          + " manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final String DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

  private final Optional<Tokens> tokens;
  private final Sessions sessions;
  private final Audit audit;
  private final Metrics metrics;
  private final InstantSource clock;
  private final boolean isEncrypted;
  private final Set<String> hosts;
  private final Rates requests;
  private final Rates failedLogIns;
  private final Rates strangers = new Rates(STRANGERS_TOLD, STRANGERS_AT_ONCE, System::nanoTime);

  Gate(
      HttpSettings settings,
      Optional<Tokens> tokens,
      Sessions sessions,
      Audit audit,
      Metrics metrics,
      InstantSource clock) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.audit = audit;
    this.metrics = metrics;
    this.clock = clock;
    this.isEncrypted = settings.tls().isPresent();
    this.hosts = hosts(settings);
    var limits = settings.limits();
    this.requests = new Rates(limits.perSecond(), 2.0 * limits.perSecond(), System::nanoTime);
    this.failedLogIns =
        new Rates(
            limits.logInsPerMinute() / (double) Duration.ofMinutes(1).toSeconds(),
            limits.logInsPerMinute(),
            System::nanoTime);
  }

  private static Set<String> hosts(HttpSettings settings) {
    Set<String> hosts = new HashSet<>(List.of("localhost", "127.0.0.1", "[::1]"));
    String address = settings.address().toLowerCase(Locale.ROOT);
    hosts.add(address.contains(":") && !address.startsWith("[") ? "[" + address + "]" : address);
    settings.hosts().forEach(each -> hosts.add(each.toLowerCase(Locale.ROOT)));
    return hosts;
  }

  /** Before anything else, whatever is asked for. */
  void enter(Context context) {
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Content-Security-Policy", isPage(context.path()) ? PAGE_POLICY : DATA_POLICY);
    context.header("Cache-Control", "no-store");
    if (isEncrypted) {
      context.header("Strict-Transport-Security", "max-age=31536000");
    }
    checkHost(context);
    if (!requests.take(context.ip())) {
      throw ProblemException.of(
              429,
              "Too many requests",
              context.ip(),
              "asks too often",
              "requests are limited",
              "wait a second")
          .with("Retry-After", "1");
    }
    if (isChanging(context)) {
      checkOrigin(context, false);
    }
  }

  private static boolean isPage(String path) {
    return path.equals("/api") || path.startsWith("/ui/");
  }

  /** A page of somebody else's may have its name lead here; it cannot change what Host says. */
  private void checkHost(Context context) {
    String host = context.header("Host");
    String name = host == null ? "" : host.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
    if (!hosts.contains(name)) {
      throw ProblemException.of(
          421,
          "Misdirected request",
          name.isEmpty() ? "no host" : name,
          "is not this server",
          "it is not among the names of this server",
          "use its address, or have the name added to its hosts");
    }
  }

  private static void checkOrigin(Context context, boolean isNeeded) {
    String origin = context.header("Origin");
    boolean isOwn = origin == null ? !isNeeded : isOwn(origin, context.header("Host"));
    if (!isOwn || "cross-site".equals(context.header("Sec-Fetch-Site"))) {
      throw ProblemException.of(
          403,
          "Foreign origin",
          origin == null ? "no origin" : origin,
          "may not change anything here",
          "the request came from the page of another server",
          "use the dashboard of this one, or a token");
    }
  }

  private static boolean isOwn(String origin, @Nullable String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static boolean isChanging(Context context) {
    return CHANGING.contains(context.method().name());
  }

  /** Around what a route does. */
  Handler guard(Route route) {
    return context -> {
      long begun = System.nanoTime();
      Optional<Principal> who = Optional.empty();
      int status = 500;
      try {
        if (route.needs().isPresent()) {
          Principal known = identify(context);
          who = Optional.of(known);
          checkRole(known, route.needs().get());
        }
        checkAccept(context, route);
        route.call().answer(context, who.orElse(Principal.NOBODY));
        status = context.statusCode();
      } catch (ProblemException e) {
        status = e.problem().status();
        throw e;
      } catch (FailureException e) {
        status = FailureText.status(e.failure());
        throw e;
      } finally {
        metrics.answered(route, status, System.nanoTime() - begun);
        if (route.isMutation()) {
          note(route, context, who, status);
        }
      }
    };
  }

  /** What strangers ask costs them nothing, so it must not cost a write to the disk. */
  private void note(Route route, Context context, Optional<Principal> who, int status) {
    Optional<Principal> known = who.or(() -> Optional.ofNullable(context.attribute(COOKIE)));
    if (known.isPresent()) {
      record(route, context, known, status);
    } else if (strangers.take("all")) {
      LOG.log(
          Level.WARNING,
          "{0} asked for {1} without being known; answered {2}",
          new Object[] {context.ip(), route.operation(), Integer.toString(status)});
    }
  }

  /** What was done is done, and answered as such, also where it cannot be noted. */
  private void record(Route route, Context context, Optional<Principal> known, int status) {
    try {
      append(route, context, known, status);
    } catch (RuntimeException e) {
      LOG.log(Level.SEVERE, "the audit lacks " + route.operation() + ", answered " + status, e);
    }
  }

  private void append(Route route, Context context, Optional<Principal> known, int status) {
    audit.record(
        new Audit.Entry(
            clock.instant(),
            known.map(Principal::name),
            known.flatMap(Principal::tenant),
            context.ip(),
            route.operation(),
            Optional.ofNullable(context.attribute(SUBJECT)),
            status));
  }

  /** Under which a route puts what it changed, for the audit. */
  static final String SUBJECT = "penstock.subject";

  private Principal identify(Context context) {
    if (tokens.isEmpty()) {
      return Principal.LOCAL;
    }
    String authorization = context.header("Authorization");
    if (authorization != null) {
      return bearer(context, authorization);
    }
    String cookie = context.cookie(COOKIE);
    if (cookie == null) {
      throw unknown("no token came with the request");
    }
    Principal who =
        sessions
            .find(cookie)
            .filter(this::isStillLetIn)
            .orElseThrow(() -> unknown("the session is over"));
    if (isChanging(context)) {
      checkOrigin(context, true);
    }
    return who;
  }

  /** Whether somebody asks who may read, where nobody has to be known. */
  boolean isKnown(Context context) {
    if (tokens.isPresent()
        && context.header("Authorization") == null
        && context.cookie(COOKIE) == null) {
      return false;
    }
    try {
      return identify(context).role().covers(Role.VIEWER);
    } catch (ProblemException _) {
      return false;
    }
  }

  /** Whether its token was not taken back. */
  boolean isStillLetIn(Principal who) {
    return tokens.isEmpty() || tokens.get().has(who);
  }

  private Principal bearer(Context context, String authorization) {
    if (!authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      throw unknown("the authorization is no bearer token");
    }
    return logIn(context, authorization.substring(BEARER.length()).strip());
  }

  /**
   * Whose token it is.
   *
   * @throws ProblemException when it is nobody's, or its sender guessed too often
   */
  Principal logIn(Context context, String token) {
    if (tokens.isEmpty()) {
      return Principal.LOCAL;
    }
    // Who guesses must not lock out those who come from the same address and need not guess.
    return tokens.get().find(token).orElseThrow(() -> wrongToken(context.ip()));
  }

  private ProblemException wrongToken(String address) {
    return failedLogIns.take(address)
        ? unknown("nobody has this token")
        : ProblemException.of(
                429,
                "Too many requests",
                address,
                "sent too many wrong tokens",
                "guessing is limited",
                "wait a minute")
            .with("Retry-After", "60");
  }

  private static ProblemException unknown(String cause) {
    return ProblemException.of(
            401,
            "Not authenticated",
            "caller",
            "is not known",
            cause,
            "send a token of this server")
        .with("WWW-Authenticate", "Bearer realm=\"penstock\"");
  }

  private static void checkRole(Principal who, Role needed) {
    if (!who.role().covers(needed)) {
      throw ProblemException.of(
          403,
          "Not permitted",
          who.name(),
          "may not do this",
          "it takes the role " + needed.label() + ", and this is a " + who.role().label(),
          "use another token");
    }
  }

  private static void checkAccept(Context context, Route route) {
    if (!route.produces().isEmpty()
        && route.produces().stream().noneMatch(each -> accepts(context, each))) {
      throw ProblemException.of(
          406,
          "Not acceptable",
          String.valueOf(context.header("Accept")),
          "cannot be answered",
          "there is only " + String.join(", ", route.produces()),
          "accept that");
    }
  }

  /** Whether the client takes this type. */
  static boolean accepts(Context context, String type) {
    String accept = context.header("Accept");
    if (accept == null || accept.isBlank()) {
      return true;
    }
    String family = type.substring(0, type.indexOf('/')) + "/*";
    return Arrays.stream(accept.split(",", -1))
        .filter(each -> !each.matches(".*;\\s*q=0(\\.0*)?\\s*"))
        .map(each -> each.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT))
        .anyMatch(each -> each.equals("*/*") || each.equals(type) || each.equals(family));
  }
}
