package dev.penstock.node;

import dev.penstock.node.http.JobDetails;
import dev.penstock.planner.admission.Decision;

/** Watches jobs and makes nothing of it. */
class Nobody implements Chronicle.Watching {
  @Override
  public void piece(JobDetails.Segment piece) {}

  @Override
  public void report(String json) {}

  @Override
  public void decided(Decision decision) {}

  @Override
  public void frames(long more) {}
}
