package dev.penstock.cli;

import dev.penstock.node.config.Config;
import dev.penstock.node.http.Role;
import dev.penstock.node.http.Tokens;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock tokens}. */
@Command(
    name = "tokens",
    sortOptions = false,
    description = {
      "Makes, lists and takes back the tokens by which the daemon lets clients in. A token is printed",
      "once, when it is made; only its hash is kept. The daemon sees changes at once.",
    },
    footer = {
      "",
      "Examples:",
      "  penstock tokens create ops --role admin > ops.token",
      "  penstock tokens create acme-upload --role operator --tenant acme --expires 90d",
      "  penstock tokens list",
      "  penstock tokens revoke acme-upload",
    })
final class TokensCommand implements Callable<Integer> {
  private static final Pattern DAYS = Pattern.compile("(\\d{1,5})d");

  enum Action {
    CREATE,
    LIST,
    REVOKE
  }

  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "ACTION", description = "create, list or revoke.")
  Action action = Action.LIST;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Of the token.")
  @Nullable String name;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "viewer, operator or admin; default: admin without --tenant, else operator.")
  @Nullable Role role;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose jobs it sees; default: those of all, for admins.")
  @Nullable String tenant;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "From when on it is worth nothing, such as 90d or 12h; default: never.")
  @Nullable String expires;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = "The file of tokens; default: that of the configuration.")
  @Nullable Path tokens;

  @Option(names = "--json", description = "For programs.")
  boolean json;

  @Mixin ConfigOptions options = new ConfigOptions();

  @Mixin HelpOption help = new HelpOption();

  TokensCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return switch (action) {
      case CREATE -> create(named());
      case LIST -> list();
      case REVOKE -> revoke(named());
    };
  }

  private String named() {
    if (name == null) {
      throw new UsageException(
          "tokens " + action.name().toLowerCase(Locale.ROOT), "which?", "name the token");
    }
    return name;
  }

  private Path file() {
    if (tokens != null) {
      return tokens;
    }
    Config config = options.read();
    return config.http().tokens().orElseGet(() -> Config.usualTokens(config.data().orElseThrow()));
  }

  private int create(String wanted) {
    Path file = file();
    Role own = Optional.ofNullable(role).orElse(tenant == null ? Role.ADMIN : Role.OPERATOR);
    Optional<Instant> end = Optional.ofNullable(expires).map(TokensCommand::end);
    folder(file);
    String token =
        Tokens.create(
            file,
            new Tokens.Listed(wanted, own, Optional.ofNullable(tenant), end),
            new SecureRandom());
    terminal.out().println(json ? Json.pretty(new Made(wanted, token)) : token);
    if (!json) {
      terminal
          .err()
          .println(
              "penstock: this is shown once; "
                  + Terminal.oneLine(file.toString())
                  + " has its hash");
    }
    return ExitCode.DONE.value();
  }

  private record Made(String name, String token) {}

  private static void folder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !java.nio.file.Files.isDirectory(folder)) {
      throw new UsageException(
          file.toString(),
          "its folder is not there",
          "start the daemon once, which makes it, or name a file with --tokens");
    }
  }

  private static Instant end(String text) {
    Matcher days = DAYS.matcher(text);
    Duration time =
        days.matches()
            ? Duration.ofDays(Long.parseLong(days.group(1)))
            : Times.parse(text)
                .orElseThrow(() ->
                    new UsageException("--expires", text + " is no time", "such as 90d or 12h"));
    return Instant.now().plus(time).truncatedTo(ChronoUnit.SECONDS);
  }

  private int list() {
    List<Tokens.Listed> all = Tokens.list(file());
    if (json) {
      terminal.out().println(Json.pretty(all));
      return ExitCode.DONE.value();
    }
    for (Tokens.Listed each : all) {
      String until =
          each.expires()
              .map(end -> (end.isAfter(Instant.now()) ? "until " : "expired ") + end)
              .orElse("for ever");
      terminal
          .out()
          .println(
              ProbeText.column(each.name(), 20)
                  + ProbeText.column(each.role().name().toLowerCase(Locale.ROOT), 10)
                  + ProbeText.column(each.tenant().orElse("*"), 16)
                  + until);
    }
    return ExitCode.DONE.value();
  }

  private int revoke(String wanted) {
    Path file = file();
    if (!Tokens.revoke(file, wanted)) {
      throw new UsageException("token " + wanted, "is not in " + file, "see penstock tokens list");
    }
    terminal.out().println(wanted + " is let in no more");
    return ExitCode.DONE.value();
  }
}
