/**
 * What is counted of a campaign ends on one day, the earliest that was promised: otherwise the days of a report would fall
 * away one by one, and two looks around a night would tell one of them. As SQL for a row of @campaign on @day, of which
 * @until is promised.
 */
export const untilOf = `(SELECT coalesce(min(CASE WHEN expires_on < @until THEN expires_on ELSE @until END), @until)
  FROM tallies WHERE campaign = @campaign AND expires_on >= @day)`
