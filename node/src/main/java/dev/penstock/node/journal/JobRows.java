package dev.penstock.node.journal;

import dev.penstock.model.Urgency;
import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import dev.penstock.node.JobQuery;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import dev.penstock.node.Submission;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How jobs lie in the file, and the ways to find them; each by an index. */
final class JobRows {
  private static final String FAULTS =
      "SELECT input, device, job, attempt, at, evidence FROM faults";

  private static final String COLUMNS =
      "j.id, j.tenant, j.idem, j.class, j.urgency, j.detail, j.attempts, j.submitted, j.changed,"
          + " j.sequence, s.spec, s.deadline, s.labels, s.follows, s.webhook, ";
  private static final String BARE = "SELECT " + COLUMNS + "NULL AS report FROM ";

  /** Longer specs, in bytes, are left out of lists: few are. */
  private static final int LISTED_SPEC = 8192;

  /** Of a list, which is long: of reports, nobody reads more there than that there is one. */
  private static final String LISTED =
      "SELECT "
          + COLUMNS.replace(
              "s.spec", "iif(octet_length(s.spec) <= " + LISTED_SPEC + ", s.spec, '') AS spec")
          + "(SELECT '' FROM reports r WHERE r.job = j.id) AS report FROM ";

  private static final String SUBMISSIONS = " CROSS JOIN submissions s ON s.job = j.id ";
  private static final String ABOVE_ALL = "~";

  private JobRows() {}

  static Optional<JobRecord> find(Sql sql, JobId id) {
    return sql.first(
        "SELECT "
            + COLUMNS
            + "r.report AS report FROM jobs j"
            + SUBMISSIONS
            + "LEFT JOIN reports r ON r.job = j.id WHERE j.id = ?",
        JobRows::record,
        id.value());
  }

  static Optional<JobId> withKey(Sql sql, String tenant, String key) {
    return sql.first("SELECT id FROM jobs WHERE tenant = ? AND idem = ?", Sql.TEXT, tenant, key)
        .map(JobId::new);
  }

  static Map<Urgency, Instant> queuedSince(Sql sql) {
    Map<Urgency, Instant> since = new EnumMap<>(Urgency.class);
    sql.all(
            "SELECT class, min(changed) FROM jobs INDEXED BY jobs_queued WHERE state = 'queued'"
                + " GROUP BY class",
            row -> Map.entry(Rank.jobClass(row.getInt(1)), Instant.ofEpochMilli(row.getLong(2))))
        .forEach(each -> since.put(each.getKey(), each.getValue()));
    return since;
  }

  static List<JobRecord> queued(
      Sql sql, Optional<Urgency> jobClass, Optional<JobRecord> after, int limit) {
    String from =
        BARE
            + "jobs j INDEXED BY jobs_claim"
            + SUBMISSIONS
            + "WHERE j.state = 'queued' AND (j.class, j.urgency, j.due, j.id) > (?, ?, ?, ?)"
            + " AND j.class <= ? ORDER BY j.class, j.urgency, j.due, j.id LIMIT ?";
    int first = jobClass.map(Rank::of).orElse(Rank.FIRST);
    int last = jobClass.map(Rank::of).orElse(Rank.LAST);
    Optional<Submission> passed = after.map(JobRecord::submission);
    return sql.all(
        from,
        JobRows::record,
        passed.map(s -> Rank.of(s.jobClass())).orElse(first),
        passed.map(s -> urgency(s.priority())).orElse(-1),
        passed.map(JobRows::due).orElse(Long.MIN_VALUE),
        after.map(job -> job.id().value()).orElse(""),
        last,
        limit);
  }

  static List<JobRecord> due(Sql sql, Instant now, int limit) {
    return sql.all(
        BARE
            + "jobs j INDEXED BY jobs_resume"
            + SUBMISSIONS
            + "WHERE j.state = 'backoff' AND j.resume <= ? ORDER BY j.resume LIMIT ?",
        JobRows::record,
        now.toEpochMilli(),
        limit);
  }

  static Optional<Instant> nextDue(Sql sql) {
    return sql.first(
            "SELECT resume FROM jobs INDEXED BY jobs_resume WHERE state = 'backoff'"
                + " ORDER BY resume LIMIT 1",
            Sql.NUMBER)
        .map(Instant::ofEpochMilli);
  }

  static List<JobRecord> inState(Sql sql, String state, int limit) {
    return sql.all(
        BARE
            + "jobs j INDEXED BY jobs_state"
            + SUBMISSIONS
            + "WHERE j.state = ? ORDER BY j.class, j.id LIMIT ?",
        JobRows::record,
        state,
        limit);
  }

  /** One more than a page holds where there are more. */
  static List<JobRecord> list(Sql sql, JobQuery query) {
    var arguments = new ArrayList<Object>();
    String found = found(query, query.limit() + 1, arguments);
    arguments.add(query.limit() + 1);
    return sql.all(
        LISTED
            + "(SELECT found FROM ("
            + found
            + ") ORDER BY found DESC LIMIT ?) CROSS JOIN jobs j ON j.id = found"
            + SUBMISSIONS
            + "ORDER BY j.id DESC",
        JobRows::record,
        arguments.toArray());
  }

  /** Those with these ids, the newest first. */
  static List<JobRecord> listed(Sql sql, List<String> ids) {
    return sql.all(
        LISTED
            + "(SELECT value AS found FROM json_each(?)) CROSS JOIN jobs j ON j.id = found"
            + SUBMISSIONS
            + "ORDER BY j.id DESC",
        JobRows::record,
        Stored.texts(ids));
  }

  /**
   * A query of the ids as {@code found}, in any order; words are not looked at.
   *
   * @param most that will be taken, of the newest
   */
  static String found(JobQuery query, int most, List<Object> arguments) {
    return query.labels().isEmpty() ? byState(query, most, arguments) : byLabel(query, arguments);
  }

  // SQLite merges no index ranges, so each state and class is asked for its newest.
  private static String byState(JobQuery query, int most, List<Object> arguments) {
    if (query.states().isEmpty() && query.tenant().isEmpty() && query.jobClass().isEmpty()) {
      arguments.addAll(range(query));
      return "SELECT id AS found FROM jobs WHERE id < ? AND id >= ?";
    }
    var arms = new ArrayList<String>();
    for (String state : query.states().isEmpty() ? JobState.LABELS : query.states()) {
      for (Urgency jobClass : query.jobClass().map(List::of).orElse(List.of(Urgency.values()))) {
        arms.add(arm(query, most, state, jobClass, arguments));
      }
    }
    return String.join(" UNION ALL ", arms);
  }

  private static String arm(
      JobQuery query, int most, String state, Urgency jobClass, List<Object> arguments) {
    query.tenant().ifPresent(arguments::add);
    Collections.addAll(arguments, state, Rank.of(jobClass));
    arguments.addAll(range(query));
    arguments.add(most);
    return "SELECT found FROM (SELECT id AS found FROM jobs INDEXED BY "
        + (query.tenant().isPresent() ? "jobs_tenant WHERE tenant = ? AND" : "jobs_state WHERE")
        + " state = ? AND class = ? AND id < ? AND id >= ? ORDER BY id DESC LIMIT ?)";
  }

  private static String byLabel(JobQuery query, List<Object> arguments) {
    Iterator<Map.Entry<String, String>> labels = query.labels().entrySet().iterator();
    var text =
        new StringBuilder(
            "SELECT l.job AS found FROM labels l CROSS JOIN jobs q ON q.id = l.job"
                + " WHERE l.name = ? AND l.value = ? AND l.job < ? AND l.job >= ?");
    add(labels.next(), arguments);
    arguments.addAll(range(query));
    while (labels.hasNext()) {
      text.append(
          " AND EXISTS (SELECT 1 FROM labels m WHERE m.name = ? AND m.value = ? AND m.job = l.job)");
      add(labels.next(), arguments);
    }
    query
        .tenant()
        .ifPresent(tenant -> {
          text.append(" AND q.tenant = ?");
          arguments.add(tenant);
        });
    query
        .jobClass()
        .ifPresent(jobClass -> {
          text.append(" AND q.class = ?");
          arguments.add(Rank.of(jobClass));
        });
    if (!query.states().isEmpty()) {
      text.append(" AND q.state IN (")
          .append(String.join(", ", Collections.nCopies(query.states().size(), "?")))
          .append(")");
      arguments.addAll(query.states());
    }
    return text.toString();
  }

  private static void add(Map.Entry<String, String> label, List<Object> arguments) {
    Collections.addAll(arguments, label.getKey(), label.getValue());
  }

  static List<String> range(JobQuery query) {
    return List.of(
        query.before().map(JobId::value).orElse(ABOVE_ALL),
        query.since().map(since -> Ids.lowest(since.toEpochMilli()).value()).orElse(""));
  }

  static List<JobEvent> events(Sql sql, long after, Optional<JobId> job, int limit) {
    String columns = "SELECT sequence, at, kind, job, tenant, data FROM events ";
    return job.map(id ->
            sql.all(
                columns
                    + "INDEXED BY events_job WHERE job = ? AND sequence > ?"
                    + " ORDER BY sequence LIMIT ?",
                JobRows::event,
                id.value(),
                after,
                limit))
        .orElseGet(() ->
            sql.all(
                columns + "WHERE sequence > ? ORDER BY sequence LIMIT ?",
                JobRows::event,
                after,
                limit));
  }

  static Optional<byte[]> tale(Sql sql, JobId id) {
    return sql.first("SELECT tale FROM tales WHERE job = ?", row -> row.getBytes(1), id.value());
  }

  static List<Attempt> attempts(Sql sql, JobId id) {
    return sql.all(
        "SELECT number, worker, gpus, began, ended, outcome, evidence FROM attempts"
            + " WHERE job = ? ORDER BY number",
        JobRows::attempt,
        id.value());
  }

  /** Attempts that went wrong since the job was last asked for. */
  static int tries(Sql sql, JobId id, String... outcomes) {
    return (int)
        sql.number(
            "SELECT count(*) FROM attempts a JOIN jobs j ON j.id = a.job"
                + " WHERE a.job = ? AND a.number > j.asked AND a.outcome IN (?, ?)",
            id.value(),
            outcomes[0],
            outcomes[outcomes.length - 1]);
  }

  /** Those lost with the daemon, with this on record. */
  static int losses(Sql sql, JobId id, String evidence) {
    return (int)
        sql.number(
            "SELECT count(*) FROM attempts a JOIN jobs j ON j.id = a.job"
                + " WHERE a.job = ? AND a.number > j.asked AND a.outcome = 'lost'"
                + " AND a.evidence = ?",
            id.value(),
            evidence);
  }

  static long count(Sql sql, String state) {
    return sql.number("SELECT count(*) FROM jobs WHERE state = ?", state);
  }

  static List<Fault> faults(Sql sql, String input) {
    return sql.all(FAULTS + " WHERE input = ? ORDER BY at, device", JobRows::fault, input);
  }

  static List<Fault> faultsSince(Sql sql, Instant since) {
    return sql.all(
        FAULTS + " WHERE at >= ? ORDER BY at, device", JobRows::fault, since.toEpochMilli());
  }

  private static Fault fault(ResultSet row) throws SQLException {
    return new Fault(
        row.getString(1),
        row.getString(2),
        new JobId(row.getString(3)),
        row.getInt(4),
        Instant.ofEpochMilli(row.getLong(5)),
        row.getString(6));
  }

  static int urgency(int priority) {
    return Submission.MOST_PRIORITY - priority;
  }

  static long due(Submission submission) {
    return submission.deadline().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
  }

  private static JobRecord record(ResultSet row) throws SQLException {
    return new JobRecord(
        new JobId(row.getString(1)),
        new Submission(
            row.getString(2),
            row.getString(11),
            Rank.jobClass(row.getInt(4)),
            Submission.MOST_PRIORITY - row.getInt(5),
            Optional.ofNullable(row.getString(12)).map(Instant::parse),
            Stored.map(row.getString(13)),
            Optional.ofNullable(row.getString(3)),
            Stored.texts(row.getString(14)).stream().map(JobId::new).toList(),
            Optional.ofNullable(row.getString(15)).map(URI::create)),
        Stored.state(row.getString(6)),
        row.getInt(7),
        Instant.ofEpochMilli(row.getLong(8)),
        Instant.ofEpochMilli(row.getLong(9)),
        row.getLong(10),
        Optional.ofNullable(row.getString(16)));
  }

  private static JobEvent event(ResultSet row) throws SQLException {
    return new JobEvent(
        row.getLong(1),
        Instant.ofEpochMilli(row.getLong(2)),
        row.getString(3),
        Optional.ofNullable(row.getString(4)).map(JobId::new),
        Optional.ofNullable(row.getString(5)),
        row.getString(6));
  }

  private static Attempt attempt(ResultSet row) throws SQLException {
    long ended = row.getLong(5);
    boolean runs = row.wasNull();
    return new Attempt(
        row.getInt(1),
        row.getString(2),
        Stored.texts(row.getString(3)),
        Instant.ofEpochMilli(row.getLong(4)),
        runs ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ended)),
        Optional.ofNullable(row.getString(6)),
        Optional.ofNullable(row.getString(7)));
  }

  /** When a Backoff is over. */
  static Optional<Long> resume(JobState state) {
    return state instanceof JobState.Backoff backoff
        ? Optional.of(backoff.until().toEpochMilli())
        : Optional.empty();
  }
}
