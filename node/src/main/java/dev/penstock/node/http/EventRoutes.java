package dev.penstock.node.http;

import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import dev.penstock.node.Jobs;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Events: pages of them, and streams. */
final class EventRoutes {
  private final Jobs jobs;
  private final JobRoutes jobRoutes;
  private final Broadcast broadcast;
  private final Live live;
  private final Streams streams;
  private final Gate gate;
  private final HttpSettings.Limits limits;

  EventRoutes(
      Jobs jobs,
      JobRoutes jobRoutes,
      Broadcast broadcast,
      Live live,
      Streams streams,
      Gate gate,
      HttpSettings.Limits limits) {
    this.jobs = jobs;
    this.jobRoutes = jobRoutes;
    this.broadcast = broadcast;
    this.live = live;
    this.streams = streams;
    this.gate = gate;
    this.limits = limits;
  }

  record Page(List<EventView> events, long next) {}

  void ofNode(Context context, Principal who) throws IOException, InterruptedException {
    answer(context, who, Optional.empty(), Watcher.NOW);
  }

  void ofJob(Context context, Principal who) throws IOException, InterruptedException {
    answer(context, who, Optional.of(jobRoutes.find(context, who).id()), 0);
  }

  private void answer(Context context, Principal who, Optional<JobId> job, long otherwise)
      throws IOException, InterruptedException {
    Optional<Long> after = after(context);
    String accept = context.header("Accept");
    if (accept != null && accept.contains(Route.SSE)) {
      stream(context, who, job, after.orElse(otherwise));
    } else {
      page(context, who, job, after.orElse(0L));
    }
  }

  private static Optional<Long> after(Context context) {
    String last = context.header("Last-Event-ID");
    if (last != null && !last.isBlank()) {
      return Optional.of(
          JobRoutes.number(last.strip())
              .orElseThrow(
                  () -> JobRoutes.badParameter("Last-Event-ID", "a number, as an event's id")));
    }
    return JobRoutes.parameter(
        context, "after", JobRoutes::number, "a number, as an event's sequence");
  }

  private void page(Context context, Principal who, Optional<JobId> job, long after) {
    List<JobEvent> found = jobs.events(after, job, JobRoutes.limit(context));
    JobRoutes.json(
        context,
        new Page(
            found.stream().filter(each -> Watcher.isVisible(each, who)).map(EventView::of).toList(),
            found.isEmpty() ? after : found.getLast().sequence()));
  }

  private void stream(Context context, Principal who, Optional<JobId> job, long after)
      throws IOException, InterruptedException {
    String client = context.ip() + " " + who.name();
    streams.begin(client);
    try {
      context.res().setContentType(Route.SSE + "; charset=utf-8");
      context.res().setHeader("X-Accel-Buffering", "no");
      context.res().setHeader("Connection", "close");
      if (context.method().name().equals("HEAD")) {
        return;
      }
      new Watcher(
              jobs,
              broadcast,
              live,
              job,
              who,
              context.res().getOutputStream(),
              limits,
              () -> gate.isStillLetIn(who))
          .run(after);
    } catch (IOException _) {
      // The client went, or takes nothing: it resumes when it likes.
      context.attribute("penstock.gone", true);
    } finally {
      streams.end(client);
    }
  }
}
