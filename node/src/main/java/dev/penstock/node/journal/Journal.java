package dev.penstock.node.journal;

import dev.penstock.model.Urgency;
import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import dev.penstock.node.JobQuery;
import dev.penstock.node.JobRecord;
import dev.penstock.node.Jobs;
import dev.penstock.node.Submission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * The jobs of a node, in {@code journal.db} of its data folder. Any thread; what writes waits for
 * the disk and is uninterruptible. Lists leave the reports out.
 *
 * <p>Every method may throw a {@link dev.penstock.model.FailureException}: {@code OutOfResource}
 * when the disk is full, and then nothing was changed, {@code HostMisconfigured} when the file
 * cannot be read or written, {@code BadRequest} for jobs that there are not, {@code Bug} for steps
 * that are not legal.
 */
public final class Journal implements Jobs, AutoCloseable {
  private static final int FEED_KEEPS = 4096;
  private static final int READ_AT_ONCE = 512;
  private static final int PRUNED_AT_ONCE = 50;
  private static final int MOST = 1000;
  private static final List<String> FOR_ALL =
      List.of("busy_timeout = 5000", "temp_store = MEMORY", "cache_size = -8192");
  private static final List<String> FOR_WRITER =
      List.of("journal_mode = WAL", "synchronous = FULL", "journal_size_limit = 67108864");

  /** How many jobs of a class are in a state. */
  public record Count(String state, Urgency jobClass, long jobs) {}

  private record Pile(String state, int jobClass) {}

  private final FolderLock lock;
  private final Path file;
  private final Readers readers;
  private final Writer writer;
  private final Feed feed;
  private final Settings settings;
  private final AuditLog audit;
  private final Deliveries deliveries;
  private volatile Map<Pile, Long> piles;

  private Journal(
      FolderLock lock, Path file, Sql sql, InstantSource clock, RandomGenerator chance) {
    this.lock = lock;
    this.file = file;
    long last = last(sql);
    this.piles = piles(sql);
    Optional<JobId> newest =
        sql.first("SELECT id FROM jobs ORDER BY id DESC LIMIT 1", Sql.TEXT).map(JobId::new);
    this.readers = new Readers(() -> reader(file));
    this.feed = new Feed(FEED_KEEPS, last, after -> events(after, Optional.empty(), READ_AT_ONCE));
    this.writer = new Writer(sql, clock, new Ids(chance, newest), last, this::committed);
    this.settings = new Settings(writer, readers);
    this.audit = new AuditLog(writer, readers);
    this.deliveries = new Deliveries(writer, readers);
  }

  /**
   * Opens a data folder, or begins one. The layout is raised to this build's.
   *
   * @throws dev.penstock.model.FailureException when it is in use, damaged, of a newer build, or
   *     cannot be written
   */
  public static Journal open(Path folder, InstantSource clock, RandomGenerator chance) {
    FolderLock lock = FolderLock.take(folder);
    try {
      Path file = folder.resolve("journal.db");
      Sql sql = writerOf(file);
      try {
        Schema.raise(sql, file);
        return new Journal(lock, file, sql, clock, chance);
      } catch (RuntimeException e) {
        sql.close();
        throw e;
      }
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static Sql writerOf(Path file) {
    boolean isNew = !Files.exists(file);
    Sql sql = Sql.open(file, FOR_ALL);
    try {
      FOR_WRITER.forEach(pragma -> sql.run("PRAGMA " + pragma));
      if (!isNew) {
        refuseDamage(sql, file);
      }
      return sql;
    } catch (RuntimeException e) {
      sql.close();
      throw e;
    }
  }

  private static void refuseDamage(Sql sql, Path file) {
    String finding = sql.first("PRAGMA quick_check(1)", Sql.TEXT).orElse("ok");
    if (!finding.equals("ok")) {
      throw Troubles.damaged(file, finding);
    }
  }

  private static Sql reader(Path file) {
    Sql sql = Sql.open(file, FOR_ALL);
    sql.run("PRAGMA query_only = TRUE");
    return sql;
  }

  // Numbers of events that were pruned are not given again.
  private static long last(Sql sql) {
    return Math.max(
        sql.number("SELECT coalesce(max(sequence), 0) FROM events"),
        sql.number("SELECT value FROM meta WHERE name = 'pruned'"));
  }

  private static Map<Pile, Long> piles(Sql sql) {
    var piles = new HashMap<Pile, Long>();
    sql.all(
            "SELECT state, class, count(*) FROM jobs INDEXED BY jobs_state GROUP BY state, class",
            row -> Map.entry(new Pile(row.getString(1), row.getInt(2)), row.getLong(3)))
        .forEach(pile -> piles.put(pile.getKey(), pile.getValue()));
    return Map.copyOf(piles);
  }

  // On the writer's thread.
  private void committed(Transaction transaction) {
    if (!transaction.counted().isEmpty()) {
      var next = new HashMap<>(piles);
      for (Transaction.Counted counted : transaction.counted()) {
        next.merge(new Pile(counted.state(), counted.jobClass()), (long) counted.by(), Long::sum);
      }
      piles = Map.copyOf(next);
    }
    feed.publish(transaction.events());
  }

  @Override
  public Accepted submit(Submission submission) {
    String text = Search.text(submission);
    return writer.write(tx -> new Steps(tx).submit(submission, text));
  }

  @Override
  public Optional<JobRecord> find(JobId id) {
    return readers.read(sql -> JobRows.find(sql, id));
  }

  /** The job that a key was used for, if it is not forgotten. */
  public Optional<JobId> withKey(String tenant, String key) {
    return readers.read(sql -> JobRows.withKey(sql, tenant, key));
  }

  @Override
  public Page list(JobQuery query) {
    if (!query.words().isEmpty()) {
      return readers.read(sql -> Search.page(sql, query));
    }
    List<JobRecord> found = readers.read(sql -> JobRows.list(sql, query));
    if (found.size() <= query.limit()) {
      return new Page(found, Optional.empty());
    }
    List<JobRecord> page = found.subList(0, query.limit());
    return new Page(page, Optional.of(page.getLast().id()));
  }

  /** Kept in memory; costs nothing to ask for. States that no job is in are left out. */
  @Override
  public Map<String, Long> counts() {
    var counts = new TreeMap<String, Long>();
    countsByClass().forEach(count -> counts.merge(count.state(), count.jobs(), Long::sum));
    return counts;
  }

  /** The same by state and class. */
  public List<Count> countsByClass() {
    return piles.entrySet().stream()
        .filter(pile -> pile.getValue() != 0)
        .map(pile ->
            new Count(
                pile.getKey().state(), Rank.jobClass(pile.getKey().jobClass()), pile.getValue()))
        .toList();
  }

  @Override
  public JobRecord cancel(JobId id, String by) {
    return writer.write(tx -> new Steps(tx).cancel(id, by));
  }

  @Override
  public JobRecord retry(JobId id, String by) {
    return writer.write(tx -> new Steps(tx).retry(id, by));
  }

  @Override
  public List<JobEvent> events(long after, Optional<JobId> job, int limit) {
    return readers.read(sql -> JobRows.events(sql, after, job, limit));
  }

  /** The number of the newest event. */
  public long newestEvent() {
    return feed.newest();
  }

  /**
   * Up to which number events may be missing because they were pruned. After it there are no gaps.
   */
  public long prunedEvents() {
    return readers.read(sql -> sql.number("SELECT value FROM meta WHERE name = 'pruned'"));
  }

  /** From now on. A slow listener holds nobody up and misses nothing. */
  @Override
  public AutoCloseable subscribe(Consumer<JobEvent> listener) {
    return subscribe(feed.newest(), listener);
  }

  /** The same from an event on that is past; those that are there are told first. */
  public AutoCloseable subscribe(long after, Consumer<JobEvent> listener) {
    return feed.subscribe(after, listener);
  }

  /** Appends an event that is no step of a job; its number. */
  public long tell(String kind, Optional<JobId> job, Optional<String> tenant, String data) {
    return writer.write(tx -> tx.append(kind, job, tenant, data));
  }

  /**
   * Queued jobs in the order in which they are to be worked on: class, priority, deadline, age.
   *
   * @param after goes on behind this one, to look past those that there is no room for
   */
  public List<JobRecord> queued(Optional<Urgency> jobClass, Optional<JobRecord> after, int limit) {
    return readers.read(sql -> JobRows.queued(sql, jobClass, after, limit));
  }

  /** Since when the job of each class is queued that is queued the longest; not the next one. */
  public Map<Urgency, Instant> queuedSince() {
    return readers.read(JobRows::queuedSince);
  }

  /** Jobs whose Backoff is over, the longest first. */
  public List<JobRecord> due(Instant now) {
    return readers.read(sql -> JobRows.due(sql, now, MOST));
  }

  /** When the next Backoff is over. */
  public Optional<Instant> nextDue() {
    return readers.read(JobRows::nextDue);
  }

  /**
   * Takes a step, if nobody was faster.
   *
   * @param ifSequence of the record that the step was decided on
   * @return the job after it; empty when it has changed since, or is gone
   * @throws dev.penstock.model.FailureException a Bug when the step is not legal
   */
  public Optional<JobRecord> change(JobId id, long ifSequence, Step step) {
    return writer.write(tx -> new Steps(tx).change(id, ifSequence, step));
  }

  /** What was kept of a job by {@link Step#withTale}. */
  public Optional<byte[]> tale(JobId id) {
    return readers.read(sql -> JobRows.tale(sql, id));
  }

  /** All attempts, in order. */
  public List<Attempt> attempts(JobId id) {
    return readers.read(sql -> JobRows.attempts(sql, id));
  }

  /**
   * How many attempts ended in a Backoff since the job was submitted or last retried. Those that
   * gave way or were lost with the daemon do not count.
   */
  public int tries(JobId id) {
    return readers.read(sql -> JobRows.tries(sql, id, "backoff"));
  }

  /** What is known against an input, the oldest first. */
  public List<Fault> faults(String input) {
    return readers.read(sql -> JobRows.faults(sql, input));
  }

  /** What became known since, against whatever input, the oldest first. */
  public List<Fault> faultsSince(Instant since) {
    return readers.read(sql -> JobRows.faultsSince(sql, since));
  }

  /**
   * Frees the jobs that the process before had in hand when it ended: Running ones are queued, or
   * after several losses put off, for longer where a job was the only one each time; Cancelling
   * ones are cancelled. To be called once, before any job is begun, and after its workers are known
   * to be gone.
   *
   * @return how many there were
   */
  public int recover() {
    long running = readers.read(sql -> JobRows.count(sql, "running"));
    return recover("running", running == 1) + recover("cancelling", false);
  }

  private int recover(String state, boolean alone) {
    int all = 0;
    int some;
    do {
      some =
          writer.write(tx -> {
            List<JobRecord> jobs = JobRows.inState(tx.sql(), state, READ_AT_ONCE);
            var steps = new Steps(tx);
            jobs.forEach(job -> steps.recover(job, alone));
            return jobs.size();
          });
      all += some;
    } while (some == READ_AT_ONCE);
    return all;
  }

  /**
   * Forgets jobs that ended before a time, with their events; not those that others still refer to,
   * nor those with a webhook to be told. In small transactions, so that nobody waits long.
   *
   * @return how many jobs
   */
  public int prune(Instant endedBefore) {
    int all = 0;
    int some;
    do {
      some = writer.write(tx -> new Pruning(tx).prune(endedBefore, PRUNED_AT_ONCE));
      all += some;
    } while (some == PRUNED_AT_ONCE);
    return all;
  }

  /** Looks at every page and index of the file; what is wrong with it. Takes seconds. */
  public List<String> check() {
    return readers.read(sql ->
        sql.all("PRAGMA integrity_check(20)", Sql.TEXT).stream()
            .filter(finding -> !finding.equals("ok"))
            .toList());
  }

  public Settings settings() {
    return settings;
  }

  public AuditLog audit() {
    return audit;
  }

  public Deliveries deliveries() {
    return deliveries;
  }

  /** From now on tells how long each commit took, in nanoseconds, on the writer's thread. */
  public void timeCommits(LongConsumer told) {
    writer.timeCommits(told);
  }

  /** How large it is, with what is not yet put in its place. */
  public long bytes() {
    return file.toFile().length()
        + file.resolveSibling(file.getFileName() + "-wal").toFile().length();
  }

  /** Where it lies. */
  public Path file() {
    return file;
  }

  /** For tests: lets the file grow no further than this. */
  void limitPages(long pages) {
    writer.write(tx -> tx.sql().number("PRAGMA max_page_count = " + pages));
  }

  /** What was asked before is done; listeners are let go. */
  @Override
  public void close() {
    try (lock;
        readers;
        feed) {
      writer.close();
    }
  }
}
