package dev.penstock.node.journal;

import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a transaction is about to make true. Events take their numbers as they come, and give them
 * back when what made them is undone. The writer's thread alone.
 */
final class Transaction {
  /** One job more, or less, in a state. */
  record Counted(String state, int jobClass, int by) {}

  /** How far it had come. */
  record Mark(int events, int counted) {}

  private final Sql sql;
  private final Instant now;
  private final Ids ids;
  private final long last;
  private final List<JobEvent> events = new ArrayList<>();
  private final List<Counted> counted = new ArrayList<>();

  /**
   * Begins with nothing.
   *
   * @param last event that is durable
   */
  Transaction(Sql sql, Instant now, Ids ids, long last) {
    this.sql = sql;
    this.now = now;
    this.ids = ids;
    this.last = last;
  }

  Sql sql() {
    return sql;
  }

  Instant now() {
    return now;
  }

  JobId newId() {
    return ids.next(now.toEpochMilli());
  }

  /** Appends an event; its number. */
  long append(String kind, Optional<JobId> job, Optional<String> tenant, String data) {
    var event = new JobEvent(last + events.size() + 1, now, kind, job, tenant, data);
    sql.update(
        "INSERT INTO events (sequence, at, kind, job, tenant, data) VALUES (?, ?, ?, ?, ?, ?)",
        event.sequence(),
        now.toEpochMilli(),
        kind,
        job.map(JobId::value).orElse(null),
        tenant.orElse(null),
        data);
    events.add(event);
    return event.sequence();
  }

  void count(String state, int jobClass, int by) {
    counted.add(new Counted(state, jobClass, by));
  }

  List<JobEvent> events() {
    return events;
  }

  List<Counted> counted() {
    return counted;
  }

  Mark mark() {
    return new Mark(events.size(), counted.size());
  }

  void backTo(Mark mark) {
    events.subList(mark.events(), events.size()).clear();
    counted.subList(mark.counted(), counted.size()).clear();
  }
}
