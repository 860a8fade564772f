-- The eight benefits of bundle.policy for April 2020 as one writes them for DuckDB, trusting what comes in: amounts in whole 分,
-- every sum over members in one GROUP BY, nothing checked. “户” and “个人” are the two tables.
WITH people AS (
  SELECT
    户 AS id,
    count(*) AS size,
    sum((月收入 * 100)::BIGINT)::BIGINT AS income,
    sum(CASE WHEN 医疗支出 > 5000 THEN (医疗支出 * 100)::BIGINT - 500000 ELSE 0 END)::BIGINT AS medical,
    count(*) FILTER (残疾等级 IN ('一级', '二级')) AS severe,
    count(*) FILTER (出生日期 > DATE '2002-04-01') AS children,
    count(*) FILTER (出生日期 <= DATE '1960-04-01') AS old,
    count(*) FILTER (出生日期 <= DATE '1940-04-01') AS very_old,
    count(*) FILTER (在校) AS pupils
  FROM 个人
  GROUP BY 户
), homes AS (
  SELECT
    编号 AS home,
    (房租 * 100)::BIGINT AS rent,
    居住地 = '城镇' AS town,
    有机动车 AS vehicle,
    people.*,
    金融资产 <= 14640 * size AND NOT 有机动车 AS modest,
    modest AND income < 91500 * size AS low
  FROM 户 JOIN people ON people.id = 编号
), paid AS (
  SELECT
    home,
    vehicle,
    CASE WHEN modest AND income < 61000 * size THEN 61000 * size - income END AS living,
    CASE WHEN severe > 0 THEN 21350 * severe END AS disabled,
    CASE WHEN children > 0 AND income < 122000 * size THEN 10000 * children END AS child,
    CASE WHEN old > 0 THEN 5000 * old + 3000 * very_old END AS elder,
    CASE WHEN low AND pupils > 0 THEN 15000 * pupils END AS school,
    CASE WHEN low AND medical > 0 THEN (medical + 12) // 24 END AS health,
    CASE WHEN low AND town THEN least((rent * 3 + 5) // 10, 30000) END AS housing,
    CASE WHEN low THEN CASE WHEN town THEN 12000 ELSE 8000 END END AS heating
  FROM homes
)
-- one row an answer
SELECT home AS household, home AS subject, '户' AS entity, '低保金' AS name, '测速八项·低保金' AS key,
  CASE WHEN living IS NULL THEN 'refused' ELSE 'granted' END AS status, living::BIGINT AS value,
  CASE WHEN living IS NOT NULL THEN 100::BIGINT END AS scale, NULL::VARCHAR AS word, false AS provisional,
  CASE WHEN living IS NOT NULL THEN '第一条' END AS article, NULL::VARCHAR AS reason FROM paid
UNION ALL
SELECT home, home, '户', '残疾补贴', '测速八项·残疾补贴', CASE WHEN disabled IS NULL THEN 'refused' ELSE 'granted' END, disabled,
  CASE WHEN disabled IS NOT NULL THEN 100 END, NULL, false, CASE WHEN disabled IS NOT NULL THEN '第一条' END, NULL FROM paid
UNION ALL
SELECT home, home, '户', '儿童津贴', '测速八项·儿童津贴', CASE WHEN child IS NULL THEN 'refused' ELSE 'granted' END, child,
  CASE WHEN child IS NOT NULL THEN 100 END, NULL, false, CASE WHEN child IS NOT NULL THEN '第一条' END, NULL FROM paid
UNION ALL
SELECT home, home, '户', '老人津贴', '测速八项·老人津贴', CASE WHEN elder IS NULL THEN 'refused' ELSE 'granted' END, elder,
  CASE WHEN elder IS NOT NULL THEN 100 END, NULL, false, CASE WHEN elder IS NOT NULL THEN '第一条' END, NULL FROM paid
UNION ALL
SELECT home, home, '户', '教育补助', '测速八项·教育补助', CASE WHEN school IS NULL THEN 'refused' ELSE 'granted' END, school,
  CASE WHEN school IS NOT NULL THEN 100 END, NULL, false, CASE WHEN school IS NOT NULL THEN '第一条' END, NULL FROM paid
UNION ALL
SELECT home, home, '户', '医疗补助', '测速八项·医疗补助', CASE WHEN health IS NULL THEN 'refused' ELSE 'granted' END, health,
  CASE WHEN health IS NOT NULL THEN 100 END, NULL, false, CASE WHEN health IS NOT NULL THEN '第一条' END, NULL FROM paid
UNION ALL
SELECT home, home, '户', '住房补贴', '测速八项·住房补贴', CASE WHEN housing IS NULL THEN 'refused' ELSE 'granted' END, housing,
  CASE WHEN housing IS NOT NULL THEN 100 END, NULL, false, CASE WHEN housing IS NOT NULL THEN '第一条' END, NULL FROM paid
UNION ALL
SELECT home, home, '户', '取暖补贴', '测速八项·取暖补贴', CASE WHEN heating IS NULL THEN 'refused' ELSE 'granted' END, heating,
  CASE WHEN heating IS NOT NULL THEN 100 END, NULL, false, CASE WHEN heating IS NOT NULL THEN '第一条' WHEN vehicle THEN '第二条' END, NULL FROM paid
