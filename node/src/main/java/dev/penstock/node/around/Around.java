package dev.penstock.node.around;

import dev.penstock.node.http.Hooks;
import dev.penstock.node.http.Roots;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Journal;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
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

  /** What the parts share. */
  private record Common(
      Journal journal,
      Path memory,
      SpecCheck specs,
      Roots roots,
      InstantSource clock,
      Consumer<String> log) {
    WatchFolder watch(WatchFolder.Settings settings) {
      String name =
          HexFormat.of().toHexDigits(settings.folder().toString().hashCode())
              + "-"
              + settings.folder().getFileName();
      return WatchFolder.open(settings, journal, memory.resolve(name), specs, roots, clock, log);
    }
  }

  private final Common common;
  private final Webhooks webhooks;
  private final Retention retention;
  private List<WatchFolder> folders = List.of();
  private boolean begun;

  private Around(Common common, Webhooks webhooks, Retention retention) {
    this.common = common;
    this.webhooks = webhooks;
    this.retention = retention;
  }

  /**
   * Makes all of it ready: nothing is submitted, told or removed before {@link #begin}.
   *
   * @param data the node's folder
   * @param roots what watched folders may read and write, as jobs of users
   * @param hold told why no job may begin, and by nothing that jobs may again
   * @param log for people, a line each, on any thread
   * @throws dev.penstock.model.FailureException when a setting cannot be
   */
  public static Around open(
      Settings settings,
      Journal journal,
      Path data,
      SpecCheck specs,
      Roots roots,
      Consumer<Optional<String>> hold,
      InstantSource clock,
      Consumer<String> log) {
    Around around =
        new Around(
            new Common(journal, data.resolve("watched"), specs, roots, clock, log),
            new Webhooks(
                settings.webhooks(),
                journal,
                InetAddress::getAllByName,
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                new SecureRandom(),
                clock,
                log),
            new Retention(
                settings.retention(), journal, data, Retention::usable, hold, clock, log));
    try {
      around.watch(settings.folders());
      return around;
    } catch (RuntimeException e) {
      around.close();
      throw e;
    }
  }

  /** Begins; once. */
  public synchronized void begin() {
    begun = true;
    retention.begin();
    webhooks.begin();
    folders.forEach(WatchFolder::begin);
  }

  /**
   * Takes other settings; folders whose settings are the same are watched on.
   *
   * @throws dev.penstock.model.FailureException when one cannot be; then nothing changes
   */
  public synchronized void change(Settings settings) {
    // All that can fail comes first.
    Webhooks.Setup next = webhooks.prepared(settings.webhooks());
    watch(settings.folders());
    webhooks.change(next);
    retention.change(settings.retention());
  }

  private synchronized void watch(List<WatchFolder.Settings> wanted) {
    List<WatchFolder> same =
        folders.stream().filter(each -> wanted.contains(each.settings())).toList();
    List<WatchFolder> begun = new ArrayList<>();
    try {
      wanted.stream()
          .filter(each -> same.stream().noneMatch(known -> known.settings().equals(each)))
          .map(common::watch)
          .forEach(begun::add);
    } catch (RuntimeException e) {
      begun.forEach(WatchFolder::close);
      throw e;
    }
    if (this.begun) {
      begun.forEach(WatchFolder::begin);
    }
    folders.stream().filter(each -> !same.contains(each)).forEach(WatchFolder::close);
    folders = Stream.concat(same.stream(), begun.stream()).toList();
  }

  public Hooks hooks() {
    return webhooks;
  }

  @Override
  public synchronized void close() {
    folders.forEach(WatchFolder::close);
    retention.close();
    webhooks.close();
  }
}
