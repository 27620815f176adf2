package dev.penstock.node.around;

import dev.penstock.node.http.Hooks;
import dev.penstock.node.http.Roots;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Journal;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocketFactory;

/** All that surrounds the jobs of a node. */
public final class Around implements AutoCloseable {
  /** What it is told. */
  public record Settings(
      List<WatchFolder.Settings> folders,
      Webhooks.Settings webhooks,
      Retention.Settings retention) {
    public static final Settings STANDARD =
        new Settings(List.of(), Webhooks.Settings.STANDARD, Retention.Settings.STANDARD);

    public Settings {
      folders = List.copyOf(folders);
    }
  }

  private final Webhooks webhooks;

  private Around(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  /**
   * Begins.
   *
   * @param data the node's folder
   * @param roots what watched folders may read and write, as jobs of users
   * @param log for people, a line each, on any thread
   * @throws dev.penstock.model.FailureException when a setting cannot be
   */
  public static Around open(
      Settings settings,
      Journal journal,
      Path data,
      SpecCheck specs,
      Roots roots,
      InstantSource clock,
      Consumer<String> log) {
    return new Around(
        new Webhooks(
            settings.webhooks(),
            journal,
            InetAddress::getAllByName,
            (SSLSocketFactory) SSLSocketFactory.getDefault(),
            new SecureRandom(),
            clock,
            log));
  }

  /**
   * Takes other settings.
   *
   * @throws dev.penstock.model.FailureException when one cannot be; then nothing changes
   */
  public void change(Settings settings) {
    webhooks.change(settings.webhooks());
  }

  public Hooks hooks() {
    return webhooks;
  }

  @Override
  public void close() {
    webhooks.close();
  }
}
